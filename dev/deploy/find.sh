# shellcheck shell=bash
# What has to be there before a deployment, and what there is.

log_in() {
  TOKEN=$(gcloud auth print-access-token 2>/dev/null) || fail 'Log in with "gcloud auth login": gcloud has no account to act for.'
}

number_of() {
  local answer
  answer=$(api GET "https://cloudresourcemanager.googleapis.com/v1/projects/$1" 2>/dev/null) || return 1
  [[ $answer =~ \"projectNumber\":\ *\"([0-9]+)\" ]] && printf '%s' "${BASH_REMATCH[1]}"
}

check_project() {
  number_of "$DEPLOY_PROJECT" >/dev/null || fail "There is no project $DEPLOY_PROJECT that you may see."
  local name answer
  for name in "${APIS[@]}"; do
    answer=$(api GET "https://serviceusage.googleapis.com/v1/projects/$DEPLOY_PROJECT/services/$name.googleapis.com" 2>/dev/null) || continue
    [[ $answer != *DISABLED* ]] || fail "The API $name.googleapis.com is not enabled in $DEPLOY_PROJECT: run ./deploy.sh bootstrap."
  done
}

find_agent() {
  DEPLOY_AGENT_NUMBER=$AGENT_PROJECT
  [[ $AGENT_PROJECT =~ ^[0-9]+$ ]] || DEPLOY_AGENT_NUMBER=$(number_of "$AGENT_PROJECT") ||
    fail "There is no project $AGENT_PROJECT, the agent's, that you may see."
  local rc=0
  dialogflow GET "$DEPLOY_AGENT" >/dev/null || rc=$?
  ((rc != 4)) || fail "There is no agent ${DEPLOY_AGENT##*/} in $AGENT_LOCATION of $AGENT_PROJECT: copy its name from the CX console."
  ((rc == 0)) || fail "The agent can't be read: see the line above."
}

check_secrets() {
  local name rc
  for name in $(helper secrets); do
    rc=0 && api GET "https://secretmanager.googleapis.com/v1/projects/$DEPLOY_PROJECT/secrets/$name" >/dev/null || rc=$?
    ((rc == 0)) || fail "There is no secret $name in $DEPLOY_PROJECT that you may see: run ./deploy.sh bootstrap, which asks for its value."
  done
}

list_functions() {
  again "$DEPLOY_WORK/err/list" g functions list --v2 --regions="$DEPLOY_REGION" --format=json >"$DEPLOY_WORK/functions.json" ||
    fail "The functions can't be listed: $(last_error "$DEPLOY_WORK/err/list")"
}

# After a run that was cut off, its operations go on: a plan made now would be wrong in a minute.
wait_for_operations() {
  local moving try
  for ((try = 1; try <= 60; try++)); do
    moving=$(helper pending)
    [[ $moving ]] || return 0
    ((try > 1)) || echo "Waiting for an operation on ${moving//$'\n'/, } that is still running."
    sleep "$PAUSE"
    list_functions
  done
  fail "An operation on ${moving//$'\n'/, } does not end."
}

# Who may call each function, and what code its newest revision has in truth.
read_services() {
  local name service revision
  while read -r name service revision; do
    api GET "https://run.googleapis.com/v1/projects/$DEPLOY_PROJECT/locations/$DEPLOY_REGION/services/$service:getIamPolicy" \
      >"$DEPLOY_WORK/policy/$name.json" || [[ $? == 4 ]] || fail "Who may call $name can't be read."
    [[ -s $DEPLOY_WORK/policy/$name.json ]] || echo '{}' >"$DEPLOY_WORK/policy/$name.json"
    [[ $revision == - ]] || api GET "https://run.googleapis.com/v1/projects/$DEPLOY_PROJECT/locations/$DEPLOY_REGION/revisions/$revision" \
      >"$DEPLOY_WORK/revision/$name.json" || rm -f "$DEPLOY_WORK/revision/$name.json"
  done < <(helper services)
}

list_webhooks() {
  local page='' answer
  rm -f "$DEPLOY_WORK/webhooks.json"
  while :; do
    answer=$(dialogflow GET "$DEPLOY_AGENT/webhooks?pageSize=1000${page:+&pageToken=$page}") || return 1
    page=$(printf '%s' "$answer" | helper keep-webhooks)
    [[ $page ]] || return 0
  done
}

find_environment() {
  [[ $DEPLOY_ENVIRONMENT ]] || return 0
  ENVIRONMENT_NAME=$(dialogflow GET "$DEPLOY_AGENT/environments?pageSize=100" | helper keep-environment)
}

look_around() {
  check_project && find_agent && check_secrets
  list_functions && wait_for_operations
  read_services
  list_webhooks || fail "The agent's webhooks can't be read."
  find_environment
}
