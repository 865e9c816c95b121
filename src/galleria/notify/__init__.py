"""Facts into messages that leave the house: a broker, webhooks, e-mail. It knows no rules and no store."""
