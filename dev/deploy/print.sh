# shellcheck shell=bash
# The commands of a first deployment, for a shell. Nobody is asked anything, so nothing is known of what is there.
print_commands() {
  local name service grant webhook member request flags method path body
  echo '# Nothing was sent: these are the commands of a first deployment.'
  printf 'AGENT_PROJECT_NUMBER=$(gcloud projects describe %q --format="value(projectNumber)")\n' "$AGENT_PROJECT"
  helper plan >/dev/null
  while read -r name _ service _ grant _ webhook _; do
    mapfile -d '' -t flags < <(helper flags "$name" create)
    printf '\ngcloud functions deploy %q' "$name" && printf ' %q' "${flags[@]}" && echo
    for member in ${grant//,/ }; do
      printf 'gcloud run services add-iam-policy-binding %q --project=%q --region=%q --member=%q --role=roles/run.invoker\n' \
        "$service" "$DEPLOY_PROJECT" "$DEPLOY_REGION" "$member"
    done
    [[ $webhook != - ]] || continue
    request=$(helper webhook-request "$name")
    { read -r method && read -r path && read -r body; } <<<"$request"
    printf 'curl -sS -X %s %q -H %q -H %q -K <(printf '\''header = "authorization: Bearer %%s"\\n'\'' "$(gcloud auth print-access-token)") -d %q\n' \
      "$method" "https://$DIALOGFLOW/v3/$path" "x-goog-user-project: $AGENT_PROJECT" 'content-type: application/json' "$body"
  done < <(helper steps) | sed 's/service-AGENT_PROJECT_NUMBER/service-$AGENT_PROJECT_NUMBER/g'
  [[ -z $DEPLOY_ENVIRONMENT ]] || echo "# Then the overrides of $DEPLOY_ENVIRONMENT, which have the webhooks' names in them."
}
