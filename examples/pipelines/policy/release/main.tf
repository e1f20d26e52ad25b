# Replace this with the resources that call the endpoint.
resource "terraform_data" "dashboard" {
  input = "1.0"
}
