# The organizations of emulator-state.json. The secrets are made up: they open the emulator and nothing else.
organizations = {
  acme_us = {
    aws_region = "us-east-1"
    auditor_id = "a4d10e62-97b3-4c58-b2f7-051ce8369d4b"
  }
  acme_emea = {
    aws_region = "eu-west-1"
    auditor_id = "b7e352a9-1d6c-4f84-93ea-48c0d7f1562b"
  }
  acme_apac = {
    aws_region = "ap-southeast-2"
    auditor_id = "d80f4b36-5ca1-4e29-a7d8-691b3e02fc75"
  }
}

auditor_secrets = {
  acme_us   = "demo-secret-acme-us-auditor"
  acme_emea = "demo-secret-acme-emea-auditor"
  acme_apac = "demo-secret-acme-apac-auditor"
}
