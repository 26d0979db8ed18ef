/** Words of an answer whose effect outlives the prompt or goes beyond it: it is never a plain yes. Pure. */

/** By what they say: all of it, unasked, for how long. */
const GRANTS: readonly RegExp[] = [
  /^(?:yes|ok(?:ay)?|allow|approve|accept|run|trust|confirm|ja|oui)[,:]?(?: to| for)? (?:all|any|every)(?:thing|where|one)?\b/i,
  /\b(?:everywhere|anything|global(?:ly)?|rest of|all (?:tools|edits|commands|future)|whitelist|allow-?list|full access|allow access|(?:parent|any) (?:folder|directory)|trust (?:this (?:command|tool|server|domain)))\b/i,
  /\b(?:don[’']?t|do not|stop|without|skip|no more|no further|never|fewer) (?:\w+ )?(?:ask|prompt|confirm|question)\w*/i,
  /\b(?:accept edits|auto[- ]?(?:mode|accept|approve|edit|run|pilot)|automatic(?:ally)?|bypass|yolo|switch to)\b/i,
  /\b(?:always|never again|session|from now on|next time|every ?time|permanent(?:ly)?|forever|remember)\b/i,
  /\b(?:for|during|within|until|throughout) (?:me|this|these|the|my|all|every|future|\d+|an?|one|next|restart|i|you|exit)\b(?! (?:once|(?:one |first )?time)\b)/i,
  /\bin (?:this|the|all|every) (?:whole |entire )?(?:project|conversation|chat|workspace|repo|folder|directory)\b/i,
  /(?:^|[^\p{L}])(?:immer|stets|dauerhaft|alle[ns]?|nicht mehr|toujours|tous|toutes|ne plus|siempre|todos?|todas?|sempre|tutt[ioe]|altijd|alltid|zawsze|всегда|все|больше не)(?!\p{L})/iu,
  /常に|すべて|今後|总是|始终|總是|始終|全部|所有|不再|항상|모두|다시 묻지/u,
];

/** An option that asks for no more questions, whatever it begins with: `Don't ask again` refuses nothing. */
const UNASKED =
  /^(?:don[’']?t|do not|stop|skip|no more|no further) (?:\w+ )?(?:ask|prompt|confirm|question|approv|permission)\w*/i;

export function outlivesPrompt(label: string): boolean {
  return GRANTS.some((grant) => grant.test(label));
}

export function endsAsking(label: string): boolean {
  return UNASKED.test(label);
}

/** What may follow a refusing `no` without a comma. `No backup` does not refuse: it does the thing without one. */
const REFUSING_NO =
  /^no(?:$|[^\p{L}\s]|\s+(?:[^\p{L}\s]|(?:thanks?|thank|way|please|not|never|i|do|don|keep|leave|go|cancel|skip|abort|exit|quit|stop|later|and|but|just|let|reject|deny|decline|tell|stay|to)(?!\p{L})))/iu;

/** The label begins with the English word, and that word says what is to be left out rather than no. */
export function omitsSomething(label: string): boolean {
  return /^no\s/i.test(label) && !REFUSING_NO.test(label);
}
