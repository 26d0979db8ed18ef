/** What prompts say, as data: each rule with an example it must match and a near miss it must not. */

export type PatternRule = {
  name: string;
  pattern: RegExp;
  example: string;
  counterExample: string;
};

/** Pagers: they hold a page of somebody else's text and go on with a key. */
export const pagerRules: readonly PatternRule[] = [
  {
    name: "more",
    pattern: /^\s*-{1,3} ?[\w ]{0,20}\(?more\)? ?-{0,3}(?:\s*\(.*\))?(?:\[.*\])?\s*$/i,
    example: "--More--(42%)",
    counterExample: "Read more about --More-- in the manual",
  },
  {
    name: "more-in-brackets",
    pattern:
      /^\s*\[ ?(?:more|mehr|suite|más|altro|mais|więcej|meer|mer|ещё|ещe|далее|续|続き) ?\]\s*$/iu,
    example: "[More]",
    counterExample: "[More] details are in the manual",
  },
  {
    name: "end-of-text",
    pattern: /^\s*(?:.{0,200} )?\(END\)\s*$/,
    example: "ls.1 (END)",
    counterExample: "(END) of the list reached, going on",
  },
  {
    name: "return-for-more",
    pattern:
      /(?:<ret(?:urn)?>|<enter>|return|enter|space) (?:for|to see|to show) (?:more|next)|\bfor more\b.{0,40}\bq(?:uit)?\b/i,
    example: "--Type <RET> for more, q to quit, c to continue without paging--",
    counterExample: "Type help for more information",
  },
  {
    name: "page-position",
    pattern:
      /\blines? \d+(?:-\d+)?(?:\/\d+)?(?: byte \d+\/\d+)?(?: \(?(?:\d+%|END)\)?)?(?: \(press h for help or q to quit\))?\s*$/,
    example: "Manual page ls(1) line 1 (press h for help or q to quit)",
    counterExample: "error on line 12: unexpected token",
  },
  {
    name: "colon-alone",
    pattern: /^:$/,
    example: ":",
    counterExample: "Name:",
  },
];

/** Press a key to go on; nothing is chosen. */
export const pressRules: readonly PatternRule[] = [
  {
    name: "press-any-key",
    pattern:
      /\b(?:press|hit|strike|tap|push|touch|use) (?:a|any) key\b(?! to (?:cancel|abort|interrupt|stop|skip|halt)\b)/i,
    example: "Press any key to continue . . .",
    counterExample: "Pressing any key twice is not needed",
  },
  {
    name: "press-enter",
    pattern:
      /\b(?:press|hit|push|tap|type|strike)(?: the)? [<[('"‘“`]?(?:enter|return|ret|cr|space(?: ?bar)?|⏎)\b[>\])'"’”`]?(?: key)?(?! (?:to|for|if)[^.]{0,30}\b(?:skip|default|none|accept|keep|empty|blank|leave)| (?:or|and) (?:type|enter) (?:a|an|the|your|another|new|selection|number)\b| (?:for|to use) (?!more|next|menu|help|detail|the |an? )[^()]{1,40}\)\s{0,2}[:?])/i,
    example: "Check the cluster, then press enter:",
    counterExample: "What is the scope of this change? (press enter to skip)",
  },
  {
    name: "or-enter-to-go-on",
    pattern:
      /\b(?:or|and)(?: the)? (?:enter|return|any key|<(?:enter|return|cr)>|\[(?:enter|return)\])(?: key)? to (?:continue|proceed|go on|carry on|start|begin|resume|accept)\b/i,
    example: "Press Ctrl-C to abort or Enter to continue:",
    counterExample: "Choose a name or enter to keep the old one:",
  },
  {
    name: "goes-on-with-enter",
    pattern: /\b(?:continue|proceed|go on|resume) (?:with|by) (?:<|\[)?(?:enter|return|any key)\b/i,
    example: "Continue with ENTER, abort with ^C",
    counterExample: "Continue with the next step",
  },
  {
    name: "enter-in-brackets",
    pattern: /[[<(](?:press )?(?:enter|return|ret|⏎|any key)[\]>)](?:\s*to continue)?[\s.:]*$/i,
    example: "Finished. [Enter]",
    counterExample: "the [enter] element was closed by its parent",
  },
  {
    name: "press-enter-in-other-words",
    pattern:
      /(?<!\p{L})(?:drücken sie|drücke|taste drücken|eingabetaste|weiter mit|appuye[zr] sur|appuie sur|presion[ae]|puls[ae]|pressione|prima|aperte|premere|premi|naciśnij|wciśnij|druk op|tryck|tryk|trykk|stiskněte|stlačte|nyomj(?:on|a)|paina|apăsați|apasă|pritisnite|натисніть|нажмите|нажми|натиснете|πατήστε|πιέστε|nhấn|tekan|הקש|לחץ|اضغط)(?!\p{L})|tuşuna bas|basın(?:ız)?(?!\p{L})|按.{0,4}(?:任意键|任意鍵|回车|輸入|enter)|任意のキー|キーを押|エンターキー|enter ?キー|아무 키|키를 누르/iu,
    example: "Drücken Sie eine beliebige Taste . . .",
    counterExample: "Die Datei wurde übersprungen",
  },
];

/** Words whose answer must be kept from every log, shown or not. */
export const secretRules: readonly PatternRule[] = [
  {
    name: "password-word",
    pattern:
      /\b(?:pass ?(?:word|phrase|code)|passwd|passwort|kennwort|mot de passe|phrase secrète|contraseña|senha|hasło|heslo|jelszó|wachtwoord|lösenord|adgangskode|passord|salasana|parola|şifre|lozinka)(?![\w-]*[./\\])(?!\w)(?! (?:file|path|store|manager|length|hint|type|policy|name|ages?|inactive|expir\w+|warning|change(?! (?:token|code|key))))/i,
    example: "Enter current password for root (enter for none):",
    counterExample: "Path to the password file:",
  },
  {
    name: "password-word-other-script",
    pattern:
      /парол|кодовая фраза|密码|密碼|口令|パスワード|パスフレーズ|暗証番号|암호|비밀번호|κωδικ|συνθηματικ|סיסמ[הא]|ססמה|كلمة (?:السر|المرور)|رمز عبور|گذرواژه|รหัสผ่าน|पासवर्ड|(?<!\p{L})(?:şifre|mật khẩu|kata sandi|geslo|zaporka|slaptažod|parool|parole|parolă|contrasenya|pasahitza|lykilorð|fjalëkalim)(?:$|[^\p{L}]|\p{L}{1,3}(?!\p{L}))/iu,
    example: "[sudo] пароль для ada:",
    counterExample: "Продолжить установку:",
  },
  {
    name: "secret-word",
    pattern:
      /\b(?:secret|api[ _-]?key|access[ _-]?key|private[ _-]?key|secret[ _-]?key|auth(?:entication)? key|(?:access|api|auth|bearer|personal|security|session|deploy|bot|npm|pypi|git\w*) ?token|token|credentials?|one[- ]time (?:code|pass\w*)|otp|2fa code|mfa code|verification code|authenticator code|recovery (?:code|key)|pin(?: code)?|puk)\b(?![\w-]*[./\\])(?! (?:file|path|name|length|type|id|store|manager|count|limit|expiry))/i,
    example: "Access Key:",
    counterExample: "Token name:",
  },
  {
    name: "key-asked",
    pattern:
      /(?<!\b(?:press|hit|push|tap|strike|select|choose|which|pick)\b[^:]{0,40})(?<!\b(?:primary|foreign|public|sort|partition|unique|composite|hot|arrow|function|any|cache|object|issue|project|config\w*|json|sort by|group by)[ _-])\bkey(?: here| value| again)?(?:\s?[[(][^\])]{0,60}[\])])?\s?[:：›‣>=]/i,
    example: "Enter your OpenAI key:",
    counterExample: "Primary key column name:",
  },
  {
    name: "key-alone",
    pattern:
      /^(?:(?:please )?(?:enter|paste|type|provide|input|what(?:'s| is)) )?(?:(?:your|the|an?) )?(?:(?!any|which|primary|foreign|public|arrow)[\w-]{1,20} ){0,2}key(?: here)?(?: ?\?)?$/i,
    example: "Paste your license key",
    counterExample: "Press any key",
  },
  {
    name: "wallet-words",
    pattern:
      /\b(?:seed|recovery|backup|secret|wallet)[ -](?:phrase|words)\b|\bmnemonic\b(?! (?:type|length))/i,
    example: "Seed phrase:",
    counterExample: "Search phrase:",
  },
  {
    name: "code-asked",
    pattern:
      /\b(?:\d{1,2}[ -]digit|one[- ]time|[2m]fa|two[- ]factor|t?otp|sms|auth\w*|verification|confirmation|security|login|access|pairing|device|backup|unlock|invitation|activation)(?: [\w-]{1,16})? (?:code|number|pin)\b(?! (?:file|path|length|type|name))|^(?:(?:please )?(?:enter|type|paste|input) )?(?:(?:your|the|a) )?code(?: here| again)?\s?[:：›‣>=]/i,
    example: "Enter the 6-digit code:",
    counterExample: "Postal code:",
  },
  {
    name: "connection-or-session",
    pattern:
      /\b(?:connection (?:string|ur[il])|(?:session|auth\w*|login) cookie|jwt)\b(?! (?:file|path|name|type|issuer|expiry))|\bcookie(?: value| string)?\s?[:：]/i,
    example: "Connection string:",
    counterExample: "Session name:",
  },
  {
    name: "echo-offered",
    pattern: /[[(](?:press |use |hit )?\S{1,12} (?:for|to (?:show|hide|toggle)) (?:no )?echo[\])]/i,
    example: "Unlock the disk: (press TAB for no echo)",
    counterExample: "Effect (none or echo):",
  },
  {
    name: "access-token-abbreviated",
    pattern: /\bPAT\b(?! (?:name|expiry|file|path))/,
    example: "Enter your PAT:",
    counterExample: "Pat the dog:",
  },
  {
    name: "payment-card",
    pattern:
      /\b(?:(?:credit |debit |bank )?card (?:number|no)\b|cvv2?\b|cvc2?\b|iban\b|ssn\b|social security number)/i,
    example: "Card number:",
    counterExample: "Card name:",
  },
];

/** A word that must be typed whole to go on; group 1 is the word. */
export const typedWordRules: readonly PatternRule[] = [
  {
    name: "type-quoted-word",
    pattern:
      /(?<!<)(?<!\bto (?:exit|quit|leave|stop|list|see|view|get|show)\b[^.]{0,20})\b(?:type|enter|write|input|retype)\b(?![^'"`‘“<\n]{0,60}\b(?:i\.e|e\.g|for example|such as|like)\b)(?![^'"`‘“<\n]{0,60}\b(?:for|of|from|at|on) ['"`‘“<])[^'"`‘“<\n]{0,60}['"`‘“<]([^'"`’”<>\n]{1,64})['"`’”>](?![^.]{0,80}\bfor (?:more info|details|info|license|copyright|credits))(?![^.]{0,30}\b(?:for help|for more|to quit|to exit|to list|to cancel|to abort|to view|to see))/i,
    example: "Type 'YES' if you understand this and want to continue:",
    counterExample: "Type 'help' to view a list of commands.",
  },
  {
    name: "only-word-accepted",
    pattern: /\bonly ['"`‘“]([^'"`’”\n]{1,64})['"`’”] will be accepted/i,
    example: "Only 'yes' will be accepted to approve.",
    counterExample: "Only members of 'staff' will be accepted",
  },
  {
    name: "type-capital-yes",
    pattern: /\b[Tt]ype (YES|yes|I AGREE|DELETE|CONFIRM|OK)\b(?= (?:to|in|if|and))/,
    example: "Please type YES to continue:",
    counterExample: "The type yes was not found",
  },
];

/** A question of yes or no that does not show its answers; matched on its last sentence. */
export const impliedYesNoRules: readonly PatternRule[] = [
  {
    name: "are-you-sure",
    pattern:
      /\b(?:are you (?:really |absolutely |quite )?(?:sure|certain)|is (?:this|that|it) (?:ok|okay|correct|right|fine|acceptable))\b/i,
    example: "Are you sure you want to release (and delete) directory `mod':",
    counterExample: "Make sure that the server is running:",
  },
  {
    name: "auxiliary-verb-question",
    pattern:
      /^(?:(?:now|so|ok|then|also|and|but|well|please confirm)[,:]? )?(?:are|is|was|were|do|does|did|would|will|should|shall|can|could|may|have|has|must)(?:n['’]t)? (?!i have your|i ask|i know)\S.*\?/i,
    example: "Do you want to use the network? ",
    counterExample: "May I have your name?",
  },
  {
    name: "verb-question",
    pattern:
      /^(?:(?:really|please|now|also|force|permanently|still|recursively|interactively|try to|go ahead and) )*(?:abort|accept|add|agree|allow|append|apply|approve|assume|attach|backup|build|cancel|change|clean|clear|close|commit|compile|confirm|continue|convert|copy|create|deactivate|delete|deploy|descend|destroy|disable|discard|download|drop|edit|empty|enable|erase|examine|execute|exit|extract|finish|fix|flush|force|format|get|go ahead|hide|ignore|import|include|initiali[sz]e|insert|install|keep|kill|launch|leave|link|load|merge|migrate|modify|mount|move|mv|open|overwrite|override|prepare|print|proceed|prune|publish|purge|push|quit|rebuild|recover|record|recreate|reformat|reinstall|reload|remove|rename|repair|replace|reset|resize|restart|restore|resume|retry|revert|rm|run|salvage|save|see it|send|shut ?down|skip|stage|stash|stop|submit|suppress|switch|trash|trust|try|undelete|undo|uninstall|unlink|unlock|unmount|unstage|update|upgrade|upload|use|verify|view|wipe|write)\b(?!\s*\?*\s*$)[^:=]*\?/i,
    example: "remove regular empty file 'x'?",
    counterExample: "New disk label type?",
  },
  {
    name: "one-verb-question",
    pattern:
      /^(?:(?:really|now|also|please) )?(?:abort|accept|apply|approve|cancel|clear|commit|confirm|continue|create|delete|deploy|destroy|discard|erase|execute|exit|fix|ignore|install|keep|kill|overwrite|override|proceed|purge|quit|reboot|reload|remove|replace|reset|restart|retry|revert|save|skip|split|trust|uninstall|upgrade|wipe|really|ok|okay|sure|go ahead|try again|salvage|relocate|recreate|truncate|optimize|expand|connect|truncate|allocate|recover)\s*\?/i,
    example: "Continue?",
    counterExample: "Start?",
  },
  {
    name: "asks-with-anyway",
    pattern: /\b(?:anyway|anyhow|regardless|instead|again|nevertheless)\s*\?\s*$/i,
    example: '"b.bin" may be a binary file.  See it anyway?',
    counterExample: "Again: which file?",
  },
  {
    name: "xargs-p",
    pattern: /\S\s?\?\.\.\.\s*$/,
    example: "gzip a.log?...",
    counterExample: "and then?.. he left",
  },
  {
    name: "find-ok",
    pattern: /^<\s?\S.*\s?\.\.\. .*>\s*\?/,
    example: "< rm ... ./two.tmp > ?",
    counterExample: "<b>what?</b>",
  },
  {
    name: "escape-cancels",
    pattern:
      /\?\s*[[(](?:esc(?:ape)?|ctrl-?[a-z]|\^[a-z]) (?:to )?(?:cancels?|aborts?|quits?)[\])]\s*$/i,
    example: "rm -rf hovered? [Esc cancels]",
    counterExample: "Continue in 5 seconds? (Ctrl-C to abort) now",
  },
  {
    name: "file-tool-question",
    pattern:
      /^(?:rm|cp|mv|ln|install|unlink|gzip|gunzip|tar)\s?: \S.*[?？]\s*(?:[[(][^\])]{1,12}[\])]\s*)?$/u,
    example: "rm: poistetaanko tavallinen tyhjä tiedosto 'a'?",
    counterExample: "rm: cannot remove 'a?': No such file or directory",
  },
  {
    name: "verb-question-in-other-words",
    pattern:
      /(?<!\p{L})(?:entfernen|überschreiben|ersetzen|löschen|absteigen|supprimer|écraser|remplacer|effacer|descendre|borrar|sobre?escribir|reemplazar|eliminar|descender|rimuovere|sovrascrivere|sostituire|cancellare|remover|apagar|sobrescrever|substituir|sobrepor|удалить|перезаписать|переписать|заменить|войти|usunąć|nadpisać|zastąpić|zamienić|verwijderen|overschrijven|vervangen|odstranit|přepsat|smazat|törli|felülírja|poista|korvataan|ta bort|skriv över)(?!\p{L})[^:]*[?？]|(?:削除|上書き|置き換え)(?:しますか)?[?？]|(?:삭제|덮어쓸|지울)[^:]*[?？]/iu,
    example: "rm: reguläre leere Datei 'a' entfernen?",
    counterExample: "Welche Datei ersetzen wir: a oder b",
  },
  {
    name: "question-in-other-words",
    pattern:
      /(?:fortsetzen|weitermachen|sind sie sicher|bist du sicher|möchtest du|willst du|doorgaan|weet je zeker|wil je|fortsæt|fortsett|fortsätta|er du sikker|ønsker du|vil du|jatketaanko|jatkaa|haluatko|oletko varma|kontynuować|pokračova|opravdu|naozaj|chcete|folytatja|biztos|szeretné|continuați|doriți|sunteți sigur|devam|emin misiniz|ister misiniz|istiyor musunuz|nastaviti|jeste li sigurni|želite li|ali želite|сигурни ли|искате ли|да продълж|продовжити|ви впевнені|бажаєте|хочете|συνέχεια|είστε (?:σίγουρ|βέβαι)|θέλετε|להמשיך|האם|هل |متابعة|ادامه|bạn có|tiếp tục|lanjutkan|apakah|ดำเนินการต่อ|하시겠습니까|할까요|ですか|確認|是否|êtes-vous certain|es-tu sûr|confirmer|confirma|conferma|fortfahren|möchten sie|wollen sie|êtes-vous sûr|souhaitez-vous|voulez-vous|continuer|está seguro|desea|¿continuar|tem certeza|deseja|continuare|sei sicuro|вы уверены|продолжить|хотите|czy (?:na pewno|chcesz)|weet u zeker|wilt u|är du säker|vill du|继续(?:吗)?|是否|确定|確定|続行|よろしい|しますか|계속)[^:]*[?？؟;；]/i,
    example: "Möchten Sie fortfahren?",
    counterExample: "Das System möchte neu starten.",
  },
];

/** Asks for a value; a verb or `or` in it does not make it a question of yes or no. */
export const openQuestionRules: readonly PatternRule[] = [
  {
    name: "wh-question",
    pattern:
      /^(?:\W{0,4}|\S{1,20}: )(?:what|which|who|whom|whose|where|when|why|how|name|path|enter|type|specify|provide|choose|select|pick|input|give)\b/i,
    example: "What do you want to do?",
    counterExample: "Do you know what to do?",
  },
  {
    name: "one-deed-or-another",
    pattern:
      /^\W{0,4}(?!yes\b|y\b)\p{L}{2,16}(?: it| them)? or (?!not\b|no\b|n\b)\p{L}{2,16}\s*[?？]/iu,
    example: "Move or shoot?",
    counterExample: "Overwrite or not?",
  },
];

/** Shells, debuggers, database clients: a line of commands is expected. The whole line up to the cursor. */
export const commandLineRules: readonly PatternRule[] = [
  {
    name: "shell-end",
    pattern: /^[^\n]{0,200}(?:[$❯➜λ»]|(?<!#)#|(?<!\d ?)%)\s?$/u,
    example: "ada@host:~/src$ ",
    counterExample: "costs 5 $ per month",
  },
  {
    name: "angle-end",
    pattern: /^(?:[^\n<]{0,120}>{1,3}|\s*\w+<\d+>|\w{1,20} <)\s?$/,
    example: "MariaDB [(none)]> ",
    counterExample: "<p>text</p>",
  },
  {
    name: "word-in-parentheses",
    pattern: /^\s*\([\w%][\w.:@+%-]{0,30}(?: [\w:]{1,20})?\)\s?$/,
    example: "(gdb) ",
    counterExample: "(see the manual, page 4)",
  },
  {
    name: "notebook",
    pattern:
      /^\s*(?:In ?\[\d+\]:|[.:|,~^+](?= $)|\.{2,3}:?|\[\d+\](?:>|:)?|\w[\w.]*\(\d+\)(?:>|:)?|\w+\[\d+\]:?|\d+\]|[*%?!@&;-]|\?-|ed:|->|=>|sqlite>|dbg>|\| ?\?-|\p{Ll}[\w-]{1,20}\|(?= $))\s?$/u,
    example: "In [12]: ",
    counterExample: "[12/40] Compiling",
  },
];

/** The end of a line that asks for a value. */
export const fieldRules: readonly PatternRule[] = [
  {
    name: "colon-end",
    pattern: /\S\s?[:：]\s{0,4}$/u,
    example: "Branch name: ",
    counterExample: "Done in 3:20 minutes",
  },
  {
    name: "question-end",
    pattern: /\S\s?[?？؟]\s{0,4}$/u,
    example: "May I have your name? ",
    counterExample: "why? nobody knows",
  },
  {
    name: "bracket-end",
    pattern: /[\p{L}?.!:)]\s{0,3}[[(][^\])]{0,80}[\])]\s{1,2}$/u,
    example: "What is your name? [Ada] ",
    counterExample: "ok: [localhost] done",
  },
  {
    name: "sum-end",
    pattern: /^\s*\(?-?\d[\d\s.,()+*/x×÷%^-]{0,60}=\s{0,8}$/u,
    example: "12 + 30 =   ",
    counterExample: "exit code = ",
  },
  {
    name: "bar-end",
    pattern: /[?:]\s{1,3}\|[^|]{1,60}\|\s{1,2}$/u,
    example: "Name?  |Ada| ",
    counterExample: "a | b | c",
  },
  {
    name: "arrow-end",
    pattern: /\S\s?(?:>|»|›|‣|→|❯|=)\s{1,2}$/u,
    example: "Summary ‣ ",
    counterExample: "a -> b",
  },
];

export const allRules: readonly PatternRule[] = [
  ...pagerRules,
  ...pressRules,
  ...secretRules,
  ...typedWordRules,
  ...impliedYesNoRules,
  ...openQuestionRules,
  ...commandLineRules,
  ...fieldRules,
];

/** The first rule that matches. */
export function firstMatch(rules: readonly PatternRule[], text: string): PatternRule | null {
  return rules.find((rule) => rule.pattern.test(text)) ?? null;
}
