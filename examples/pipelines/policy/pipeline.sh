#!/bin/sh
# Plans, holds the plan to the policy, and applies just that plan. Ends with the first command that fails.
set -eu
: "${TERRAFORM:=terraform}" "${OPA:=opa}"

# What the environment says of the enforcement is no part of the plan, so the policy cannot see it.
export GENESYSAUDIT_ENFORCEMENT=enforce

"$TERRAFORM" init -input=false
"$TERRAFORM" plan -input=false -out=plan.bin
"$TERRAFORM" show -json plan.bin >plan.json

# Exit code 1 if there is a reason to deny; if the policy cannot be evaluated, 2.
"$OPA" eval --data policy --input plan.json --format bindings --fail-defined 'data.main.deny[reason]'

"$TERRAFORM" apply -input=false plan.bin
