/** A shell on a real terminal emulator that can be typed at and looked at: tmux, on a server of its own. */
import { dirname } from "node:path";
import { until } from "./until.ts";
import { World } from "./world.ts";

export type TmuxSize = { cols: number; rows: number };

/** So many looks at the same screen, some 10 ms apart, make it a still one. */
const stillLooks = 3;

/** An interactive bash without anybody's settings; its prompt is `$ ` and `t CMD…` runs a command as `run` does. */
export class Tmux {
  readonly #world: World;
  readonly #socket: string;

  private constructor(world: World, socket: string) {
    this.#world = world;
    this.#socket = socket;
  }

  /** `t` runs its arguments directly, or governed by the built binary. */
  static async shell(
    world: World,
    how: "direct" | "governed",
    { cols, rows }: TmuxSize = { cols: 80, rows: 24 },
  ): Promise<Tmux> {
    const tmux = new Tmux(world, world.path(`tmux-${how}`));
    const path = `${dirname(world.binary)}:${world.env()["PATH"] ?? ""}`;
    const size = ["-x", String(cols), "-y", String(rows)];
    const shell = ["bash", "--norc", "--noprofile", "-i"];
    tmux.#do(["-f", "/dev/null", "new-session", "-d", ...size, ...shell], {
      PATH: path,
      PS1: "not set up> ",
      HISTFILE: "",
    });
    world.atEnd(() => tmux.#try(["kill-server"]));
    await tmux.sees(/^not set up>$/);
    const body = how === "direct" ? '"$@"' : 'atlasbridge run -- "$@"';
    tmux.line(`t() { ${body}; }; unset TMUX; PS1='$ '; clear`);
    await until("the screen is clear", () => tmux.screen() === "$");
    return tmux;
  }

  /** Types text as it is, then Enter. */
  line(text: string): void {
    this.type(text);
    this.keys("Enter");
  }

  /** Types text as it is. */
  type(text: string): void {
    this.#do(["send-keys", "-l", "--", text]);
  }

  /** Presses keys by tmux's names: `C-c`, `Escape`, `Enter`. */
  keys(...names: string[]): void {
    this.#do(["send-keys", ...names]);
  }

  /** Pastes as a terminal does: in brackets where the program asked for them. */
  paste(text: string): void {
    this.#do(["set-buffer", "--", text]);
    this.#do(["paste-buffer", "-p"]);
  }

  resize({ cols, rows }: TmuxSize): void {
    this.#do(["resize-window", "-x", String(cols), "-y", String(rows)]);
  }

  /** Closes the window, as with the mouse. */
  close(): void {
    this.#do(["kill-session"]);
  }

  /** The visible text, without trailing blanks. */
  screen(): string {
    return this.#do(["capture-pane", "-p"])
      .split("\n")
      .map((row) => row.trimEnd())
      .join("\n")
      .trimEnd();
  }

  /** The visible text with its looks, as escape sequences. */
  colours(): string {
    return this.#do(["capture-pane", "-p", "-e"]);
  }

  /** One of tmux's formats, such as `#{alternate_on}`. */
  format(text: string): string {
    return this.#do(["display-message", "-p", text]).trim();
  }

  /** Waits until the screen shows this and stands still: a program may draw in several steps. */
  async sees(text: string | RegExp): Promise<string> {
    let before = "";
    let still = 0;
    const find = (): string | false => {
      const screen = this.screen();
      still = screen === before ? still + 1 : 0;
      before = screen;
      const found = typeof text === "string" ? screen.includes(text) : text.test(screen);
      return found && still >= stillLooks && screen;
    };
    return await until(`the screen shows ${text}`, find, { seen: () => this.screen() });
  }

  /** Waits for the shell's empty prompt at the end of the screen; after an interruption `^C` stands before it. */
  async prompt(): Promise<string> {
    return await this.sees(/(^|\n|\^C)\$$/);
  }

  #do(args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
    const done = this.#try(args, env);
    if (done.exitCode !== 0) throw new Error(`tmux ${args.join(" ")}: ${done.stderr.toString()}`);
    return done.stdout.toString();
  }

  #try(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return Bun.spawnSync(["tmux", "-u", "-S", this.#socket, ...args], {
      cwd: this.#world.folder,
      env: this.#world.env(env),
      stdout: "pipe",
      stderr: "pipe",
    });
  }
}

/** Does the same in a plain shell and in a governed one, and returns what both saw, to be compared. */
export async function directAndGoverned<T>(
  drive: (tmux: Tmux, world: World) => Promise<T>,
): Promise<{ direct: T; governed: T }> {
  const drivenIn = async (how: "direct" | "governed"): Promise<T> => {
    await using world = new World();
    return await drive(await Tmux.shell(world, how), world);
  };
  return { direct: await drivenIn("direct"), governed: await drivenIn("governed") };
}
