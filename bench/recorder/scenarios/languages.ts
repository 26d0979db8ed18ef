/** Real programs in other languages: their own translations, in locales made for the purpose. */
import type { Scenario } from "../scenario.ts";

/** `rm -i` in a locale: its words, and the key for no in that language. */
function rm(locale: string, on: string, no = "n"): Scenario {
  return {
    name: `rm-${locale.slice(0, 2)}`,
    program: "rm",
    version: "rm --version",
    apt: ["locales"],
    setup: `touch a; localedef -i ${locale} -f UTF-8 ${locale}.UTF-8 2>/dev/null || true`,
    run: "exec rm -i a",
    env: { LANG: `${locale}.UTF-8`, LANGUAGE: locale.slice(0, 2), LC_ALL: `${locale}.UTF-8` },
    asks: [{ on, kind: "yes_no", send: `${no}\r` }],
  };
}

export const languages: readonly Scenario[] = [
  rm("de_DE", "rm: reguläre leere Datei"),
  rm("fr_FR", "supprimer"),
  rm("es_ES", "rm: ¿borrar"),
  rm("it_IT", "rm: rimuovere"),
  rm("ru_RU", "rm: удалить"),
  rm("ja_JP", "rm:"),
  rm("pl_PL", "rm: "),
  rm("nl_NL", "rm: "),
  rm("sv_SE", "rm: "),
  rm("pt_BR", "rm: "),
  rm("uk_UA", "rm: "),
  rm("zh_CN", "rm: "),
  rm("fi_FI", "rm: "),
  rm("cs_CZ", "rm: "),
];
