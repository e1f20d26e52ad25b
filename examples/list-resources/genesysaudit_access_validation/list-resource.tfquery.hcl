# Every OAuth client of the organization: terraform query -generate-config-out=baseline.tf
list "genesysaudit_access_validation" "client" {
  provider = genesysaudit
  limit    = 1000
}
