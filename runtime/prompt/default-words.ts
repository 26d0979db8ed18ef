/** How the common locales say that a value is the default: `[default=N]`, `(Vorgabe p)`, `(p par défaut)`. Data. */

const ahead = [
  "default(?:s to| is)?",
  "vorgabe|voreinstellung|standard(?:wert|värde|verdi|værdi)?|standaard(?: is)?",
  "(?:par )?défaut|valeur par défaut",
  "por (?:omisión|defecto)|(?:valor )?predeterminad[oa]|per defecte",
  "predefinit[oa]|(?:valor )?padrão(?: é)?|por omissão|implicit",
  "domyślnie|předvoleno|výchozí(?: je)?|predvolené|privzeto|zadano",
  "förval|forvalgt|oletus|alapművelet|alapértelmezett|öntanımlı|varsayılan",
  "по умолчанию|за замовчуванням|типово|по подразбиране|προεπιλογή",
  "デフォルト|既定値?|初期値|默认(?:选项|值|为)?|預設(?:值|為)?|기본값?|mặc định|bawaan",
].join("|");

/** Source of an expression for the words and what joins them to the value behind; nothing is captured. */
export const DEFAULT_AHEAD = `(?<!\\p{L})(?:${ahead})(?!\\p{L})\\s*[:=：-]?\\s*`;

/** The same for the words behind the value. */
export const DEFAULT_BEHIND = "\\s(?:par défaut|por (?:omisión|defecto))";
