/** The `atlasbridge-cloud` program: the service that observes, and the commands that keep it. */
import { main } from "./atlasbridge-cloud/program.ts";

void main(process.argv);
