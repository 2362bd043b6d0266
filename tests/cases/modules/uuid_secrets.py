import uuid, secrets
u = uuid.UUID("12345678123456781234567812345678")
(str(u), uuid.uuid5(uuid.NAMESPACE_DNS, "example.org"), len(secrets.token_hex(4)), uuid.uuid4().version)
