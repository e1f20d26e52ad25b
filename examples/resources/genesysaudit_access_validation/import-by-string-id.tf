import {
  to = genesysaudit_access_validation.dashboard
  id = "3fa27c91-64de-4b0a-8c15-e9d2704b6a38"
}
