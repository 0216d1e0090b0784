"""What companies write to each other."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tcxc.models.people import Company


class CompanyMessage(models.Model):
    """A text from one company to another, mailed to the receiver's people. Written once."""

    sender = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="sent_messages", db_index=False)
    receiver = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="received_messages")
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    sent_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(name="message_goes_to_another", condition=~Q(sender=F("receiver"))),
        ]
        indexes = [models.Index(fields=["sender", "-sent_at"], name="message_of_sender")]

    def __str__(self) -> str:
        return self.subject
