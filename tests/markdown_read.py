"""Markdown as another program reads it."""

import mistune


def parsed(markdown):
    """Return the blocks that a reader of Markdown finds: GitHub's tables are asked for."""
    return mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])(markdown)


def texts(block):
    """Return all that is shown of a block, in its order."""
    inside = "".join(texts(child) for child in block.get("children", ()))
    return block.get("raw", "") + inside


def tables(markdown):
    """Return each table as rows of texts."""
    found = []
    for block in parsed(markdown):
        if block["type"] == "table":
            head, *body = block["children"]
            rows = [head, *(row for part in body for row in part["children"])]
            found.append([[texts(cell) for cell in row["children"]] for row in rows])
    return found
