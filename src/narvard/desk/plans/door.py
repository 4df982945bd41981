"""Who is let in to plans, kits and binders of a person with protected identity: those who may know the units."""

from narvard.access.guard import AccessDenied, OpenPatient


def refuse_unnamed(opened: OpenPatient) -> None:
    """Plans name units and people at each part, and a unit's name tells where the person lives."""
    if not opened.names_units:
        patient = opened.patient.pk
        raise AccessDenied("protected-identity", patient=patient, object_kind="plan", object_id=patient)
