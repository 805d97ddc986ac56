"""Why a report was not renewed, in the words that are published: no path, time or cell's output."""

from typing import Final

from childstats.language import mark

RAISED: Final = mark("its notebook raised an error")
DIED: Final = mark("the process that ran its notebook died")
SLOW: Final = mark("its notebook ran too long")
LOUD: Final = mark("its notebook printed too much")
NO_END: Final = mark("its notebook did not reach its end")
NOT_ASKED: Final = mark("its notebook shows another area, period or language than asked for")
NOT_TYPESET: Final = mark("it could not be typeset")
FALSE: Final = mark("it says what cannot be")
OTHER_LANGUAGE: Final = mark("it failed in another language")
OTHER: Final = mark("it could not be built")
REASONS: Final = (
    *(RAISED, DIED, SLOW, LOUD, NO_END, NOT_ASKED, NOT_TYPESET, FALSE, OTHER_LANGUAGE, OTHER),
)
