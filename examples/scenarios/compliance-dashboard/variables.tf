variable "organizations" {
  description = "The organizations that the dashboard reads: region, and id of the auditing OAuth client."
  type = map(object({
    aws_region = string
    auditor_id = string
  }))
}

variable "auditor_secrets" {
  description = "Secret of the auditing OAuth client of each organization."
  type        = map(string)
  sensitive   = true
}

variable "cross_region_permitted" {
  description = "Organizations that permit cross-region calls (Admin > Security > API settings)."
  type        = set(string)
  default     = ["acme_emea"]
}

variable "base_url" {
  description = "Base URL of a gateway or of the emulator; unset, the region of each organization decides."
  type        = string
  default     = null
}
