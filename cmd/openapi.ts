/** Writes `docs/ingestion-openapi.json` from the schemas; a test says when it has fallen behind. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openApiDocument } from "../contracts/openapi.ts";

const file = join(import.meta.dir, "..", "docs", "ingestion-openapi.json");
writeFileSync(file, `${JSON.stringify(openApiDocument(), null, 2)}\n`);
