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
  [[ ! $SECRETS ]] || APIS+=(secretmanager)
  [[ $SMOKE_ACCOUNT == - ]] || APIS+=(iamcredentials)
  for name in "${APIS[@]}"; do
    answer=$(api GET "https://serviceusage.googleapis.com/v1/projects/$DEPLOY_PROJECT/services/$name.googleapis.com" 2>/dev/null) || continue
    [[ $answer != *DISABLED* ]] || fail "The API $name.googleapis.com is not enabled in $DEPLOY_PROJECT: run ./deploy.sh bootstrap."
  done
}

find_agent() {
  DEPLOY_AGENT_NUMBER=$AGENT_PROJECT
  [[ $AGENT_PROJECT =~ ^[0-9]+$ ]] || DEPLOY_AGENT_NUMBER=$(number_of "$AGENT_PROJECT") ||
    fail "There is no project $AGENT_PROJECT, the agent's, that you may see."
  local rc=0 said
  said=$(dialogflow GET "$DEPLOY_AGENT" 2>&1 >/dev/null) || rc=$?
  ((rc != 4)) || fail "There is no agent ${DEPLOY_AGENT##*/} in $AGENT_LOCATION of $AGENT_PROJECT: copy its name from the CX console."
  [[ $rc == 0 || $said != *'has not been used'* ]] || fail "The API dialogflow.googleapis.com is not enabled in $AGENT_PROJECT: run ./deploy.sh bootstrap."
  ((rc == 0)) || fail "The agent can't be read: $said"
}

check_secrets() {
  local name version
  for name in $SECRETS; do
    version=$(api GET "https://secretmanager.googleapis.com/v1/projects/$DEPLOY_PROJECT/secrets/$name/versions/latest" 2>/dev/null) ||
      fail "There is no secret $name with a value in $DEPLOY_PROJECT that you may see: run ./deploy.sh bootstrap, which asks for it."
    [[ $version =~ \"state\":\ *\"ENABLED\" ]] ||
      fail "The newest version of the secret $name in $DEPLOY_PROJECT is not enabled: enable it, or add another one."
  done
}

list_functions() {
  local page='' answer
  rm -f "$DEPLOY_WORK/functions.json"
  while :; do
    answer=$(api GET "$FUNCTIONS?pageSize=1000${page:+&pageToken=$page}") || fail "The functions of $DEPLOY_PROJECT can't be listed: see the line above."
    page=$(printf '%s' "$answer" | helper keep-functions)
    [[ $page ]] || return 0
  done
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
    api GET "$RUN/services/$service:getIamPolicy" \
      >"$DEPLOY_WORK/policy/$name.json" || [[ $? == 4 ]] || fail "Who may call $name can't be read."
    [[ -s $DEPLOY_WORK/policy/$name.json ]] || echo '{}' >"$DEPLOY_WORK/policy/$name.json"
    [[ $revision == - ]] || api GET "$RUN/revisions/$revision" \
      >"$DEPLOY_WORK/revision/$name.json" || rm -f "$DEPLOY_WORK/revision/$name.json"
  done < <(helper services)
}

# Several jobs may do it at a time: each has a file of its own until all pages are in it.
list_webhooks() {
  local page='' answer file="webhooks.$BASHPID.json"
  while :; do
    answer=$(dialogflow GET "$DEPLOY_AGENT/webhooks?pageSize=1000${page:+&pageToken=$page}") || return 1
    page=$(printf '%s' "$answer" | helper keep-webhooks "$file")
    [[ $page ]] || break
  done
  mv "$DEPLOY_WORK/$file" "$DEPLOY_WORK/webhooks.json"
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
