# The tests need no organization and no credentials: the provider is mocked, and each run sets the result of the validation.
mock_provider "genesysaudit" {}

run "deploys_with_access" {
  command = plan

  override_data {
    target = data.genesysaudit_access_validation.dashboard
    values = {
      compliant = true
      verdict   = "compliant"
      id        = "1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214/3fa27c91-64de-4b0a-8c15-e9d2704b6a38"
    }
  }

  assert {
    condition     = terraform_data.dashboard.input == "1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214/3fa27c91-64de-4b0a-8c15-e9d2704b6a38"
    error_message = "The dashboard is not deployed for the client that was validated."
  }

  assert {
    condition     = output.missing == {}
    error_message = "The output lists something as missing although the client is compliant."
  }
}

run "refuses_without_the_scope" {
  command = plan

  override_data {
    target = data.genesysaudit_access_validation.dashboard
    values = {
      compliant = false
      verdict   = "noncompliant"
    }
  }

  expect_failures = [terraform_data.dashboard]
}

run "refuses_what_could_not_be_read" {
  command = plan

  override_data {
    target = data.genesysaudit_access_validation.dashboard
    values = {
      compliant = false
      verdict   = "undetermined"
    }
  }

  expect_failures = [terraform_data.dashboard]
}
