# The libraries made from the parts; added below.
