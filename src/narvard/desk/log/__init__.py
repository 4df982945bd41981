"""Log control: who saw what, the review queue, and the patient's log extract."""
