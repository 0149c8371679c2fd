#!/usr/bin/env bash
# Deploys the functions and points the agent's webhooks at them: a plan first, then only what differs from it.
# The steps are in dev/deploy/*.sh; what needs a data structure is in dev/deploy/main.ts, which sends no request.
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
JOBS=4                    # deployments at a time: a region's queue refuses more (409)
TRIES=6                   # of a request that was refused for a reason that passes
PAUSE="${DEPLOY_PAUSE:-5}" # seconds before the second try; each further one waits twice as long
PASSING='(status=\[?|code=|^|[^0-9])(409|429|503)([^0-9]|$)|unable to queue|oncurrent|RESOURCE_EXHAUSTED|UNAVAILABLE|ABORTED|ervice account .* does not exist'
APIS=(cloudfunctions run cloudbuild artifactregistry)

usage() {
  cat <<'EOF'
Usage: ./deploy.sh [COMMAND] --project P --region R --agent AGENT [OPTIONS]

Commands:
  (none)      show the plan, ask, and deploy what differs
  status      show what differs from the code, and exit with 1 if anything does
  rollback    give the calls back to the revision before the last release
  bootstrap   prepare a project once: APIs, service accounts, secrets

Options:
  --project P            the project of the functions
  --region R             their region, such as europe-west1
  --agent AGENT          projects/PROJECT/locations/LOCATION/agents/ID, as the CX console copies it
  --environment E        write the webhook overrides of this environment of the agent, not the webhooks
  --only F,...           these functions only (the router is deployed only if it is named)
  --auth iam|id-token    iam (default): private functions; id-token: open ones that verify by themselves
  --audience URL         accept this audience, too; {function} in it is the name; repeatable
  --address URL          the webhooks' URL if not the functions' own: https://hooks.example.com/{function}
  --set NAME=VALUE       a plain setting of all functions; repeatable. Never a secret
  --secret NAME=SECRET   the variable NAME comes from this secret (default: the same name); repeatable
  --service-account A    the functions run as A (default: cx-webhooks@P)
  --smoke-account A      call each new release as A (default: cx-webhooks-smoke@P); --no-smoke: do not
  --bundles FOLDER       deploy these bundles as they are (default: make them anew, in dist)
  --prune                delete functions that left the code, and their webhooks
  --force                deploy although nothing differs
  --dry-run              send nothing; print the commands of a first deployment
  --yes                  do not ask

Example:
  ./deploy.sh --project my-project --region europe-west1 \
    --agent projects/my-project/locations/europe-west1/agents/00000000-0000-0000-0000-000000000000
EOF
}

for part in google find apply bootstrap print; do
  # shellcheck source=/dev/null
  source "$ROOT/dev/deploy/$part.sh"
done

wrong() { printf '%s\n' "$1" >&2; exit 2; }
fail() { printf '%s\n' "$1" >&2; exit 1; }
tell() { printf '  %-14s %s\n' "$1" "$2"; }

parse_arguments() {
  COMMAND=deploy PRUNE=no DRY_RUN=no YES=no
  export DEPLOY_PROJECT='' DEPLOY_REGION='' DEPLOY_AGENT='' DEPLOY_AGENT_NUMBER='' DEPLOY_ENVIRONMENT='' DEPLOY_ONLY=''
  export DEPLOY_AUTH=iam DEPLOY_AUDIENCES='' DEPLOY_ADDRESS='' DEPLOY_SETTINGS='' DEPLOY_SECRETS='' DEPLOY_FORCE=no
  export DEPLOY_SERVICE_ACCOUNT='' DEPLOY_SMOKE_ACCOUNT='' DEPLOY_SMOKE=yes DEPLOY_BUNDLES='' DEPLOY_WORK=''
  DEPLOY_RELEASE="$(date -u +%Y%m%d-%H%M%S)" && export DEPLOY_RELEASE
  while (($# > 0)); do
    case $1 in
      status | rollback | bootstrap) COMMAND=$1 && shift && continue ;;
      -h | --help) usage && exit 0 ;;
      --prune) PRUNE=yes && shift && continue ;;
      --dry-run) DRY_RUN=yes && shift && continue ;;
      --yes) YES=yes && shift && continue ;;
      --force) DEPLOY_FORCE=yes && shift && continue ;;
      --no-smoke) DEPLOY_SMOKE=no && shift && continue ;;
      --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
      --*) (($# > 1)) || wrong "Write a value after $1: see ./deploy.sh --help." ;;
      *) wrong "There is no command $1: see ./deploy.sh --help." ;;
    esac
    case $1 in
      --project) DEPLOY_PROJECT=$2 ;;
      --region) DEPLOY_REGION=$2 ;;
      --agent) DEPLOY_AGENT=$2 ;;
      --environment) DEPLOY_ENVIRONMENT=$2 ;;
      --only) DEPLOY_ONLY=$2 ;;
      --auth) DEPLOY_AUTH=$2 ;;
      --audience) DEPLOY_AUDIENCES+="$2"$'\n' ;;
      --address) DEPLOY_ADDRESS=$2 ;;
      --set) DEPLOY_SETTINGS+="$2"$'\n' ;;
      --secret) DEPLOY_SECRETS+="$2"$'\n' ;;
      --service-account) DEPLOY_SERVICE_ACCOUNT=$2 ;;
      --smoke-account) DEPLOY_SMOKE_ACCOUNT=$2 ;;
      --bundles) DEPLOY_BUNDLES=$2 ;;
      *) wrong "There is no option $1: see ./deploy.sh --help." ;;
    esac
    shift 2
  done
  [[ $DEPLOY_PROJECT ]] || wrong 'Add --project: the project of the functions.'
  [[ $DEPLOY_REGION ]] || wrong 'Add --region: where the functions are, such as europe-west1.'
  [[ $DEPLOY_AGENT || $COMMAND == rollback ]] || wrong 'Add --agent: projects/P/locations/L/agents/ID, as the CX console copies it.'
  [[ $PRUNE == no || -z $DEPLOY_ONLY ]] || wrong 'Leave --only out with --prune: it looks at all functions.'
  local place="projects/$DEPLOY_PROJECT/locations/$DEPLOY_REGION"
  FUNCTIONS="https://cloudfunctions.googleapis.com/v2/$place/functions" RUN="https://run.googleapis.com/v1/$place"
}

confirm() {
  [[ $YES == no ]] || return 0
  [[ -t 0 ]] || fail 'Add --yes: there is nobody to ask.'
  read -rp "$1 [y/N] " answer
  [[ $answer == [yY]* ]] || fail 'Nothing was changed.'
}

check_tools() {
  ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || fail "Use bash 4.4 or newer, this is $BASH_VERSION (brew install bash)."
  [[ -x $ROOT/node_modules/.bin/node ]] || fail 'Run "npm ci" first: node_modules is not there.'
  command -v curl >/dev/null || fail 'Install curl: it is not on the PATH.'
  [[ $DRY_RUN == yes ]] || command -v gcloud >/dev/null || fail 'Install gcloud (https://cloud.google.com/sdk/docs/install): it is not on the PATH.'
}

make_work_folder() {
  DEPLOY_WORK=$(mktemp -d "${TMPDIR:-/tmp}/cx-deploy.XXXXXX")
  trap 'rm -rf "$DEPLOY_WORK"' EXIT
  mkdir "$DEPLOY_WORK"/{now,policy,revision,result,err}
}

make_bundles() {
  if [[ -z $DEPLOY_BUNDLES ]]; then
    DEPLOY_BUNDLES=$ROOT/dist
    "$ROOT/node_modules/.bin/node" "$ROOT/dev/cx.ts" bundle >"$DEPLOY_WORK/err/bundle" 2>&1 || fail "$(cat "$DEPLOY_WORK/err/bundle")"
  fi
  [[ -d $DEPLOY_BUNDLES ]] || fail "There is no folder $DEPLOY_BUNDLES."
}

read_facts() {
  local facts
  facts=$(helper facts)
  { read -r DIALOGFLOW && read -r AGENT_PROJECT && read -r AGENT_LOCATION && read -r RUNTIME_ACCOUNT && read -r SMOKE_ACCOUNT && read -r CALLER; } <<<"$facts"
}

# One deployment at a time on this machine; the lock is held until the last gcloud has ended, even if this is killed.
# Elsewhere the cloud itself refuses (409), etags guard the policies, and display names the webhooks.
take_lock() {
  command -v flock >/dev/null || return 0
  mkdir -p "$ROOT/.local"
  exec 9>"$ROOT/.local/deploy-$DEPLOY_PROJECT-$DEPLOY_REGION.lock"
  flock -n 9 || { echo 'Waiting for another deployment on this machine.' && flock 9; }
}

summary() {
  local file failed=0
  printf '\n%-14s %s\n' function result
  for file in "$DEPLOY_WORK"/result/*; do
    [[ -e $file ]] || continue
    printf '%-14s %s\n' "${file##*/}" "$(cat "$file")"
    ! grep -q '^FAILED' "$file" || failed=$((failed + 1))
  done
  ((failed == 0)) || fail "$failed failed: the others are done. Run it again when the reason is gone."
}

deploy() {
  log_in && look_around
  helper plan
  STEPS=$(helper steps)
  to_do || return 0
  confirm 'Do this?'
  echo
  apply_all
  [[ -z $DEPLOY_ENVIRONMENT ]] || put_overrides || { echo 'FAILED: the overrides' >"$DEPLOY_WORK/result/$DEPLOY_ENVIRONMENT"; }
  [[ $PRUNE == no ]] || prune
  summary
}

# Whether there is anything to do in this run; what is gone counts with --prune.
to_do() { awk -v prune="$PRUNE" '$2 != "same" && ($2 != "gone" || prune == "yes") { found = 1 } END { exit !found }' <<<"$STEPS"; }

status() {
  log_in && look_around
  helper plan
  STEPS=$(helper steps) PRUNE=yes
  ! to_do || exit 1
}

rollback() {
  local name service from to moves=()
  log_in && list_functions
  while read -r name service; do
    from=$(serving "$service")
    to=$(g run revisions list --service="$service" --region="$DEPLOY_REGION" --format=json 2>"$DEPLOY_WORK/err/$name" </dev/null | helper previous "$from")
    [[ $to ]] || { tell "$name" "stays: nothing served before $from" && continue; }
    tell "$name" "$from -> $to" && moves+=("$name $service $to")
  done < <(helper rollback-names)
  ((${#moves[@]} > 0)) || fail 'There is nothing to give back.'
  confirm 'Give the calls back?'
  while read -r name service to; do
    give_traffic "$service" "$to" && finish "$name" "calls go to $to" || finish "$name" "FAILED: $(last_error "$DEPLOY_WORK/err/$service.traffic")"
  done < <(printf '%s\n' "${moves[@]}")
  summary
}

main() {
  parse_arguments "$@"
  check_tools
  make_work_folder
  if [[ $COMMAND != rollback ]]; then
    read_facts
    make_bundles
    SECRETS=$(helper secrets)
  fi
  if [[ $DRY_RUN == yes ]]; then
    [[ $COMMAND == deploy ]] || wrong "Leave --dry-run out with $COMMAND."
    print_commands
    return
  fi
  [[ $COMMAND == status ]] || take_lock
  "$COMMAND"
}

main "$@"
