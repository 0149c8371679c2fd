# shellcheck shell=bash
# Asking Google: with patience where a refusal passes, and with no token in an argument, a file or a message.

helper() { "$ROOT/node_modules/.bin/node" "$ROOT/dev/deploy/main.ts" "$@"; }
g() { gcloud "$@" --project="$DEPLOY_PROJECT"; }
pause() { sleep "$(awk -v base="$PAUSE" -v try="$1" 'BEGIN { print base * 2 ^ (try - 1) }')"; }

# What gcloud says last: a message of an earlier try may stand before it. It never has a token in it.
last_error() { awk '/ERROR:/ { text = "" } { text = text $0 " " } END { sub(/ *ERROR: (\([^)]*\) )?/, "", text); print substr(text, 1, 300) }' "$1"; }

# again FILE COMMAND...: repeats it while the reason of its failure, which goes to FILE, passes by itself.
again() {
  local errors=$1 try rc=0
  shift
  for ((try = 1; try <= TRIES; try++)); do
    rc=0 && "$@" 2>"$errors" </dev/null || rc=$?
    ((rc > 0)) || return 0
    last_error "$errors" | grep -Eq "$PASSING" || return "$rc"
    ((try == TRIES)) || pause "$try"
  done
  return "$rc"
}

# api METHOD URL [BODY]: prints the answer; 4 for "not found", 9 for "exists already". The token is in no argument.
api() {
  local method=$1 url=$2 body=${3-} try answer status
  for ((try = 1; try <= TRIES; try++)); do
    answer=$(printf '%s' "$body" | curl -sS --max-time 60 -X "$method" "$url" -w '\n%{http_code}' \
      -K <(printf 'header = "authorization: Bearer %s"\n' "$TOKEN") -H "x-goog-user-project: ${QUOTA:-$DEPLOY_PROJECT}" \
      ${body:+-H 'content-type: application/json' --data-binary @-} 2>/dev/null) || answer=$'\n000'
    status=${answer##*$'\n'} answer=${answer%$'\n'*}
    case $status in
      2??) printf '%s\n' "$answer" && return 0 ;;
      404) return 4 ;;
      409)
        [[ $answer != *ALREADY_EXISTS* ]] || return 9
        [[ $url != *:setIamPolicy ]] || break # it has to be read again
        ;;
      000 | 429 | 502 | 503 | 504) ;;
      *) break ;;
    esac
    ((try == TRIES)) || pause "$try"
  done
  printf '%s answered %s: %s\n' "${url%%\?*}" "$status" "$(printf '%s' "$answer" | helper message)" >&2
  return 1
}

dialogflow() { QUOTA=$AGENT_PROJECT api "$1" "https://$DIALOGFLOW/v3/$2" "${3-}"; }

