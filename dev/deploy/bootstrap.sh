# shellcheck shell=bash
# Everything that a project needs once. Each step may be done already.
bootstrap() {
  local name email value account secret make
  log_in
  account=$(gcloud config get-value account 2>/dev/null) || account=''
  confirm "Prepare $DEPLOY_PROJECT: enable APIs, make service accounts and secrets?"
  g services enable "${APIS[@]/%/.googleapis.com}" iam.googleapis.com iamcredentials.googleapis.com secretmanager.googleapis.com --quiet 2>/dev/null ||
    fail "The APIs of $DEPLOY_PROJECT can't be enabled: you need roles/serviceusage.serviceUsageAdmin, and the project billing."
  gcloud services enable dialogflow.googleapis.com --project="$AGENT_PROJECT" --quiet 2>/dev/null || fail "Dialogflow can't be enabled in $AGENT_PROJECT."
  tell APIs enabled
  QUOTA=$AGENT_PROJECT api POST "https://serviceusage.googleapis.com/v1beta1/projects/$AGENT_PROJECT/services/dialogflow.googleapis.com:generateServiceIdentity" '{}' >/dev/null ||
    fail "Dialogflow's service agent can't be made in $AGENT_PROJECT."
  tell 'service agent' 'there'
  for email in "$RUNTIME_ACCOUNT" "$SMOKE_ACCOUNT"; do
    [[ $email == *"@$DEPLOY_PROJECT.iam.gserviceaccount.com" ]] || continue
    api GET "https://iam.googleapis.com/v1/projects/$DEPLOY_PROJECT/serviceAccounts/$email" >/dev/null 2>&1 ||
      again "$DEPLOY_WORK/err/account" g iam service-accounts create "${email%%@*}" --display-name='CX webhooks' --quiet ||
      fail "The account $email can't be made: $(last_error "$DEPLOY_WORK/err/account")"
    tell account "$email"
  done
  if [[ $SMOKE_ACCOUNT != - && $account ]]; then
    [[ $account == *.gserviceaccount.com ]] && account="serviceAccount:$account" || account="user:$account"
    again "$DEPLOY_WORK/err/account" g iam service-accounts add-iam-policy-binding "$SMOKE_ACCOUNT" --member="$account" \
      --role=roles/iam.serviceAccountOpenIdTokenCreator --quiet >/dev/null || fail "$account can't be let call as $SMOKE_ACCOUNT: $(last_error "$DEPLOY_WORK/err/account")"
  fi
  for name in $SECRETS; do
    secret="https://secretmanager.googleapis.com/v1/projects/$DEPLOY_PROJECT/secrets/$name"
    if ! api GET "$secret/versions/latest" >/dev/null 2>&1; then
      [[ ! -t 0 ]] || printf '  Value of the secret %s: ' "$name"
      IFS= read -rs value && [[ $value ]] || fail "Give the value of $name on standard input."
      [[ ! -t 0 ]] || echo
      make=(create "$name" --replication-policy=automatic)
      ! api GET "$secret" >/dev/null 2>&1 || make=(versions add "$name")
      printf '%s' "$value" | g secrets "${make[@]}" --data-file=- --quiet >/dev/null 2>"$DEPLOY_WORK/err/secret" ||
        fail "The secret $name can't be made: $(last_error "$DEPLOY_WORK/err/secret")"
    fi
    again "$DEPLOY_WORK/err/secret" g secrets add-iam-policy-binding "$name" --member="serviceAccount:$RUNTIME_ACCOUNT" \
      --role=roles/secretmanager.secretAccessor --quiet >/dev/null || fail "$RUNTIME_ACCOUNT can't be let read $name: $(last_error "$DEPLOY_WORK/err/secret")"
    tell secret "$name"
  done
}
