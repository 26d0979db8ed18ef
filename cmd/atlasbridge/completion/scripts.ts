/** What makes bash, zsh and fish ask us: small, and without evaluating anything of the line. Pure. */

/**
 * Our own: the library's hands the half-typed line to `eval` in bash, needs the package bash-completion there, and leaves
 * files, and the governed command itself, to nobody. Behind `run … --` each shell completes as if the command stood alone.
 */
export const scripts = {
  bash: String.raw`# bash completion for atlasbridge
_atlasbridge() {
  local word rest at
  COMPREPLY=()
  if [[ ${"$"}{COMP_WORDS[1]} == run ]]; then
    for ((at = 2; at < COMP_CWORD; at++)); do
      [[ ${"$"}{COMP_WORDS[at]} == -- ]] || continue
      # The command's own words are files, as far as bash knows by itself.
      ((at + 1 == COMP_CWORD)) && mapfile -t COMPREPLY < <(compgen -c -- "$2")
      return
    done
  fi
  while IFS=$'\t' read -r word rest; do
    [[ $word != :* && $word == "$2"* ]] && COMPREPLY+=("$word")
  done < <("$1" complete -- "${"$"}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _atlasbridge atlasbridge
`,
  zsh: String.raw`#compdef atlasbridge
# zsh completion for atlasbridge
_atlasbridge() {
  local line
  local -a found
  local -i at
  if [[ ${"$"}{words[2]} == run ]]; then
    at=${"$"}{words[(i)--]}
    if (( at < CURRENT )); then
      shift at words
      (( CURRENT -= at ))
      _normal
      return
    fi
  fi
  for line in "${"$"}{(@f)$("${"$"}{(Q)words[1]}" complete -- "${"$"}{(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -z $line || $line == :* ]] && continue
    found+=("${"$"}{${"$"}{line%%$'\t'*}//:/\\:}:${"$"}{line#*$'\t'}")
  done
  if (( $#found )); then
    _describe atlasbridge found
  else
    _files
  fi
}
if [[ ${"$"}{funcstack[1]} == _atlasbridge ]]; then
  _atlasbridge "$@"
else
  compdef _atlasbridge atlasbridge
fi
`,
  fish: String.raw`# fish completion for atlasbridge
function __atlasbridge_complete
  set -l words (commandline -opc)
  set -l last (commandline -ct)
  if test (count $words) -gt 2; and test $words[2] = run
    set -l at (contains -i -- -- $words)
    if test -n "$at"
      set -l rest (string escape -- $words[(math $at + 1)..-1]) $last
      complete -C (string join ' ' -- $rest)
      return
    end
  end
  set -l found (command $words[1] complete -- $words[2..-1] $last 2>/dev/null | string match -v -r '^:')
  if test (count $found) -gt 0
    printf '%s\n' $found
  else
    __fish_complete_path $last
  end
end
complete -c atlasbridge -e
complete -c atlasbridge -f -a '(__atlasbridge_complete)'
`,
} as const;
