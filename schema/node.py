"""Node: anything that has an id of its own."""

import strawberry

from schema.fields import plain


@strawberry.interface(description="Anything that has an id of its own; `node(id:)` finds it again.")
class Node:
    id: strawberry.ID = plain("Opaque; its prefix tells the type.")
