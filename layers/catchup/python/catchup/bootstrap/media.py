"""The media function's parts."""

from functools import cached_property
from typing import TYPE_CHECKING

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.container import Container
from catchup.domain.media import MediaType
from catchup.settings import Settings
from catchup.storage.media_uploads import S3Uploads
from catchup.storage.upload_quota import DynamoUploadQuota
from catchup.usecases.media.quota import UploadQuota
from catchup.usecases.media.uploading import Uploading

if TYPE_CHECKING:
    from catchup.usecases.media.downloading import Downloading


class MediaService:
    """What the media function does. `max_bytes`: the size of one file, by type."""

    def __init__(self, of: Container) -> None:
        self.telemetry = of.telemetry
        self._of = of
        said = of.settings
        self.max_bytes = {
            MediaType.IMAGE: said.max_image_bytes,
            MediaType.VOICE: said.max_voice_bytes,
            MediaType.VIDEO: said.max_video_bytes,
            MediaType.FILE: said.max_file_bytes,
        }
        self.upload = Uploading(
            store=S3Uploads(of.clients.media, said.media_bucket),
            quota=UploadQuota(DynamoUploadQuota(of.storage), of.clock, said.media_bytes_per_day),
            limit=of.limit,
            concurrency=of.concurrency,
            clock=of.clock,
        )

    @cached_property
    def download(self) -> "Downloading":
        """Telling where the file of a message is."""
        from catchup.storage.media_addresses import S3Addresses
        from catchup.storage.media_types import S3MediaTypes
        from catchup.storage.signatures import signature
        from catchup.usecases.media.downloading import Downloading
        from catchup.usecases.media.sniffing import Sniff
        from catchup.wire.media_contents import media_of, name_of

        of = self._of
        bucket = of.settings.media_bucket
        return Downloading(
            readable=of.read_one,
            media_of=media_of,
            name_of=name_of,
            sniff=Sniff(S3MediaTypes(of.clients.media, bucket), signature),
            addresses=S3Addresses(of.clients.media, of.clients.signing, bucket),
            clock=of.clock,
        )


def build_media(settings: Settings, parts: Parts) -> MediaService:
    """The media function's use cases."""
    return MediaService(Container(settings, parts))
