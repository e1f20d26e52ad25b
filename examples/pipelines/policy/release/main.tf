# Stands for what calls the endpoint.
resource "terraform_data" "dashboard" {
  input = "1.0"
}
