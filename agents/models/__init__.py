"""Language models: what an agent asks, and the models that answer. The OpenAI client is imported only when used."""
