#!/bin/sh
# Makes a plan, checks it against the policy, and applies exactly that plan. Stops at the first command that fails.
# Usage: pipeline.sh [plan] [policy] [apply]; without arguments, all three.
set -eu
: "${TERRAFORM:=terraform}" "${OPA:=opa}" "${POLICY:=policy}"

# A plan does not show the environment, so the policy cannot check it. Unset every variable that decides where the verdict comes from:
# the host of the API, the enforcement, the provider's process, and the certificates with which a proxy could answer in place of the
# platform. If your network inspects TLS, set SSL_CERT_FILE here.
unset GENESYSAUDIT_API_URL GENESYSAUDIT_LOGIN_URL GENESYSAUDIT_ENFORCEMENT
unset TF_REATTACH_PROVIDERS TF_CLI_ARGS TF_CLI_ARGS_init
unset SSL_CERT_FILE SSL_CERT_DIR

# The plugin library writes every request to this folder, including the secrets of the provider block.
unset TF_LOG_SDK_PROTO_DATA_DIR

for step in ${*:-plan policy apply}; do
  case $step in
  plan)
    "$TERRAFORM" init -input=false
    "$TERRAFORM" plan -input=false -out=plan.bin
    "$TERRAFORM" show -json plan.bin >plan.json
    ;;
  policy)
    # Exit code 1 if the policy denies the plan; 2 if the policy cannot be evaluated.
    "$OPA" eval --data "$POLICY" --input plan.json --format bindings --fail-defined 'data.main.deny[reason]'
    ;;
  apply)
    "$TERRAFORM" apply -input=false plan.bin
    ;;
  *)
    echo "unknown step: $step" >&2
    exit 2
    ;;
  esac
done
