module github.com/genesysaudit/terraform-provider-genesysaudit/tools/mutations

go 1.26.0
