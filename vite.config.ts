/** Builds the dashboard's pages: hashed files without inline script or style, as the content policy demands. */
import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

export default defineConfig({
  root: "dashboard",
  // No `.env` of whoever builds has a say in what is built.
  envDir: false,
  plugins: [solid()],
  build: {
    outDir: "../dist/dashboard",
    emptyOutDir: true,
    manifest: true,
    // A data: address of a font or picture would need a wider policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    rolldownOptions: { input: ["dashboard/dashboard.html", "dashboard/cloud.html"] },
  },
});
