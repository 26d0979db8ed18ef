/** The least a supervisor can do in Bun: a terminal whose output is written on, with no screen, no policy and no record. */
import { writeSync } from "node:fs";

const child = Bun.spawn(process.argv.slice(2), {
  terminal: {
    cols: 120,
    rows: 40,
    data: (_terminal, bytes) => {
      for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes.subarray(done));
    },
  },
});
process.exitCode = await child.exited;
