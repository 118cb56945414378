import logging
import time


class UneParMinute(logging.Filter):
    """Keeps one record a minute of each message: a Redis that is down says so, without filling the disk."""

    def __init__(self):
        super().__init__()
        self.derniers = {}

    def filter(self, record):
        maintenant = time.monotonic()
        if maintenant - self.derniers.get(record.msg, -60) < 60:
            return False
        self.derniers[record.msg] = maintenant
        return True


journal = logging.getLogger("plateforme.direct")
journal.addFilter(UneParMinute())
# While Redis is away, its receiver logs a traceback every second.
logging.getLogger("channels_redis.pubsub").addFilter(UneParMinute())
