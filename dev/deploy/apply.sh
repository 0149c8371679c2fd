# shellcheck shell=bash
# Making the cloud as the plan says: function by function, so that one that fails does not stop the others.

# Reads the function back, once no operation is changing it.
look_again() {
  local name=$1 file="$DEPLOY_WORK/now/$1.json" try
  rm -f "$file"
  for ((try = 1; try <= 60; try++)); do
    api GET "$FUNCTIONS/$name" >"$file.new" 2>/dev/null || return 0
    mv "$file.new" "$file"
    [[ $(<"$file") =~ \"state\":\ *\"DEPLOYING\" ]] || return 0
    sleep "$PAUSE"
  done
}

# No blind repetition: each one would build again, although the first may have gone through.
release() {
  local name=$1 kind=$2 before=$3 errors="$DEPLOY_WORK/err/$1" try rc flags
  # The plan is some minutes old, and another machine may have done it meanwhile.
  look_again "$name"
  [[ $DEPLOY_FORCE == yes || ! -e $DEPLOY_WORK/now/$name.json ]] || ! helper arrived "$name" || return 0
  for ((try = 1; try <= TRIES; try++)); do
    [[ ! -e $DEPLOY_WORK/now/$name.json ]] || kind=update
    mapfile -d '' -t flags < <(helper flags "$name" "$kind" "$before")
    ((${#flags[@]} > 0)) || return 1
    rc=0 && gcloud functions deploy "$name" "${flags[@]}" >/dev/null 2>"$errors" </dev/null || rc=$?
    look_again "$name"
    ((rc > 0)) || return 0
    last_error "$errors" | grep -Eq "$PASSING|gcloud crashed" || return 1
    ! helper arrived "$name" || return 0
    ((try == TRIES)) || { tell "$name" 'has to wait for its turn' && pause "$try"; }
  done
  return 1
}

# deploy.sh foretells the URL, because the function must know it as its audience; here it is held against the real one.
deploy_function() {
  local name=$1 kind=$2 before=$3 unlike
  tell "$name" "$([[ $kind == create ]] && echo 'is created' || echo 'is updated')"
  release "$name" "$kind" "$before" || return 1
  [[ $kind == create ]] || return 0
  unlike=$(helper unlike "$name")
  [[ $unlike == *WEBHOOK_AUDIENCES* ]] || return 0
  tell "$name" 'has another URL than expected, and is told so'
  release "$name" update "$before"
}

# allow NAME SERVICE GRANT REVOKE: who may call it, read and written as one value. If somebody else was faster, its etag is refused.
allow() {
  [[ $3 != - || $4 != - ]] || return 0
  again "$DEPLOY_WORK/err/$1" change_policy "$RUN/services/$2" "$3" "$4"
}

change_policy() {
  local policy body
  policy=$(api GET "$1:getIamPolicy?options.requestedPolicyVersion=3") || return 1
  body=$(printf '%s' "$policy" | helper policy "$2" "$3") || return 1
  api POST "$1:setIamPolicy" "$body" >/dev/null
}

serving() { api GET "$RUN/services/$1" 2>"$DEPLOY_WORK/err/$1.serving" | helper serving; }

give_traffic() {
  again "$DEPLOY_WORK/err/$1.traffic" g run services update-traffic "$1" --region="$DEPLOY_REGION" --to-revisions="$2=100" --quiet >/dev/null
}

# An ID token of the account that makes the calls. It is never written anywhere.
identity_token() {
  local answer
  answer=$(api POST "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/$SMOKE_ACCOUNT:generateIdToken" \
    "{\"audience\":\"$1\",\"includeEmail\":true}") || { (($? != 4)) || echo 'there is no such account' >&2 && return 1; }
  [[ $answer =~ \"token\":\ *\"([^\"]+)\" ]] && printf '%s' "${BASH_REMATCH[1]}"
}

# A call as CX makes it. A right that was just given takes a while to arrive everywhere: hence the tries.
smoke() {
  local name=$1 call url method body token answer='' status=000 try said=''
  [[ $SMOKE_ACCOUNT != - ]] || return 0
  call=$(helper smoke-call "$name") && { read -r url && read -r method && read -r body || true; } <<<"$call"
  token=$(identity_token "$url" 2>"$DEPLOY_WORK/err/$name") || { echo "no ID token for $SMOKE_ACCOUNT: $(cat "$DEPLOY_WORK/err/$name")" && return 2; }
  for ((try = 1; try <= TRIES; try++)); do
    answer=$(printf '%s' "$body" | curl -sS --max-time 30 -X "$method" "$url" -w '\n%{http_code}' --data-binary @- \
      -H 'content-type: application/json' -K <(printf 'header = "authorization: Bearer %s"\n' "$token") 2>/dev/null) || answer=$'\n000'
    status=${answer##*$'\n'}
    said=$(printf '%s' "${answer%$'\n'*}" | helper judge "$name" "$status") && return 0
    [[ $status =~ ^(000|401|403|404|429|503)$ ]] || break
    ((try == TRIES)) || pause "$try"
  done
  echo "$said" && return 1
}

# One that can't be made may have been made by another machine just now: then it is changed.
put_webhook() {
  local name=$1 try request method path body
  for ((try = 1; try <= 2; try++)); do
    request=$(helper webhook-request "$name")
    { read -r method && read -r path && read -r body; } <<<"$request"
    ! dialogflow "$method" "$path" "$body" >/dev/null 2>"$DEPLOY_WORK/err/$name" || return 0
    [[ $method == POST ]] && list_webhooks 2>/dev/null || return 1
  done
  return 1
}

finish() { tell "$1" "$2" && printf '%s\n' "$2" >"$DEPLOY_WORK/result/$1"; }

# Everything for one function, in this order: nobody is sent to a release that was not proved.
apply() {
  local name=$1 service=$2 deploy=$3 grant=$4 revoke=$5 webhook=$6 before='' said rc=0
  if [[ $deploy != - ]]; then
    [[ $deploy == create ]] || before=$(serving "$service") || before=''
    deploy_function "$name" "$deploy" "$before" || { finish "$name" "FAILED: $(last_error "$DEPLOY_WORK/err/$name")" && return; }
  fi
  allow "$name" "$service" "$grant" "$revoke" ||
    { finish "$name" "FAILED: who may call it can't be set: $(last_error "$DEPLOY_WORK/err/$name")" && return; }
  [[ $SMOKE_ACCOUNT == - ]] || tell "$name" 'is called'
  said=$(smoke "$name") || rc=$?
  if ((rc == 1)) && [[ $before ]]; then
    give_traffic "$service" "$before" && said+="; calls go to $before again" || said+="; calls can't be given back to $before"
  fi
  ((rc == 0)) || { finish "$name" "FAILED: $said" && return; }
  [[ $webhook == - ]] || tell "$name" 'gets its webhook'
  [[ $webhook == - ]] || put_webhook "$name" || { finish "$name" "FAILED: its webhook: $(cat "$DEPLOY_WORK/err/$name")" && return; }
  finish "$name" 'done'
}

apply_all() {
  local name service action deploy grant revoke webhook running=0
  while read -r name action service deploy grant revoke webhook _; do
    [[ $action != same && $action != gone ]] || continue
    ((running < JOBS)) || { wait -n || true; }
    ((running < JOBS)) && running=$((running + 1))
    apply "$name" "$service" "$deploy" "$grant" "$revoke" "$webhook" &
  done <<<"$STEPS"
  wait
}

# All overrides of an environment are one value: read, changed and written at once.
put_overrides() {
  local name override request method path body answer try names=()
  while read -r name _ _ _ _ _ _ override; do
    [[ $override == yes && $(cat "$DEPLOY_WORK/result/$name" 2>/dev/null) == 'done' ]] && names+=("$name")
  done <<<"$STEPS"
  ((${#names[@]} > 0)) || return 0
  list_webhooks || return 1
  request=$(dialogflow GET "$ENVIRONMENT_NAME" | helper override-request "${names[@]}") || return 1
  { read -r method && read -r path && read -r body; } <<<"$request"
  answer=$(dialogflow "$method" "$path" "$body") || return 1
  for ((try = 1; try <= 60; try++)); do
    [[ ! $answer =~ \"done\":\ *true ]] || break
    [[ $answer =~ \"name\":\ *\"([^\"]*/operations/[^\"]*)\" ]] || break
    sleep "$PAUSE"
    answer=$(dialogflow GET "${BASH_REMATCH[1]}") || return 1
  done
  [[ $answer != *'"error"'* ]]
}

# Deletes what left the code: first the webhooks, which CX refuses while a page still uses them, then the function.
prune() {
  local name action webhook
  while read -r name action _; do
    [[ $action == gone ]] || continue
    for webhook in $(helper webhooks-of "$name"); do
      dialogflow DELETE "$webhook" >/dev/null 2>"$DEPLOY_WORK/err/$name" ||
        { finish "$name" "FAILED: its webhook is still in use: $(cat "$DEPLOY_WORK/err/$name")" && continue 2; }
    done
    again "$DEPLOY_WORK/err/$name" g functions delete "$name" --gen2 --region="$DEPLOY_REGION" --quiet >/dev/null &&
      finish "$name" 'deleted' || finish "$name" "FAILED: $(last_error "$DEPLOY_WORK/err/$name")"
  done <<<"$STEPS"
}
