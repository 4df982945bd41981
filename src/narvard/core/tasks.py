"""What core does by the clock; ``narvard tick`` calls it."""

import logging
from datetime import datetime

from narvard.core import heads, seal
from narvard.core.errors import NarvardError

logger = logging.getLogger(__name__)


def seal_audit(at: datetime) -> int:
    """Seal the audit rows that are not yet sealed and export the heads of the chains; returns how many rows.

    Heads that cannot be exported are logged and seen in ``/health``; the rows are sealed all the same.
    """
    sealed = seal.seal(at)
    try:
        heads.export(heads.place(), at)
    except (NarvardError, OSError) as error:
        logger.error("The heads of the audit log were not exported: %s", error)
    return sealed.events
