"""The GraphQL edge: types and resolvers, one module a subject. No SQL."""
