using ClosedDoor.Features.Aftermath;
using ClosedDoor.Features.Consultations;
using ClosedDoor.Features.Delegates;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Guests;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Vetting;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor;

/// <summary>Which message of the outbox is handled by what. Most become a mail.</summary>
static class MessageHandlers
{
    public static OutboxHandlers All(StripeClient stripe) =>
        new()
        {
            [SubmitVetting.Submitted] = Mailing.By(VettingMails.Submitted),
            [RequestMoreEvidence.Requested] = Mailing.By(VettingMails.InfoRequested),
            [ApproveVetting.Approved] = Mailing.By(VettingMails.Approved),
            [RejectVetting.Rejected] = Mailing.By(VettingMails.Rejected),
            [RevokeVetting.Revoked] = Mailing.By(VettingMails.Revoked),
            [ExpireVettings.Expired] = Mailing.By(VettingMails.Expired),
            [ReserveSeat.Held] = Mailing.By(ReservationMails.Held),
            [ReserveSeat.Applied] = Mailing.By(ReservationMails.Applied),
            [ApproveReservation.Approved] = Mailing.By(ReservationMails.Approved),
            [DeclineReservation.Declined] = Mailing.By(ReservationMails.Declined),
            [ReservationEnd.Expired] = Mailing.By(ReservationMails.Expired),
            [ReservationEnd.Cancelled] = Mailing.By(ReservationMails.Cancelled),
            [ReservationEnd.Moved] = Mailing.By(ReservationMails.Moved),
            [WaitlistTable.Promoted] = Mailing.By(WaitlistMails.Promoted),
            [WaitlistTable.Ended] = Mailing.By(WaitlistMails.Ended),
            [DelegateTable.Approved] = LinkedMailing.By(DelegateRow.Addressee, DelegateMails.Approved),
            [DelegateTable.Refused] = Mailing.By(DelegateMails.Refused),
            [DelegateTable.Left] = Mailing.By(DelegateMails.Left),
            [TicketTable.ToDelegate] = LinkedMailing.By(DelegateRow.Addressee, TicketMails.ToDelegate),
            [TicketTable.ToGuest] = LinkedMailing.By(InvitationRow.Addressee, TicketMails.ToGuest),
            [EndCalendar.Ended] = EndCalendar.Handle,
            [Attendance.Thanked] = Mailing.By(ThankYou.Write),
            [ConsultationTable.Booked] = Mailing.By(ConsultationMails.Booked),
            [ConsultationTable.Cancelled] = Mailing.By(ConsultationMails.Cancelled),
            [ConsultationTable.Finished] = Mailing.By(ConsultationMails.Finished),
            [SlotTable.Changed] = Mailing.By(ConsultationMails.SlotChanged),
            [RunGuestImport.Begun] = RunGuestImport.Handle,
            [InvitationTable.Invited] = LinkedMailing.By(InvitationRow.Addressee, InvitationMails.Invited),
            [InvitationTable.Readdressed] = LinkedMailing.By(InvitationRow.Addressee, InvitationMails.Readdressed),
            [RemindGuests.Reminded] = LinkedMailing.By(InvitationRow.Addressee, InvitationMails.Reminded),
            [TellGuests.Told] = LinkedMailing.By(InvitationRow.Addressee, InvitationMails.Told),
            [PlaceLeft.Changed] = Mailing.By(InvitationMails.ListChanged),
            [WarnOfQuorum.Missing] = Mailing.By(WarnOfQuorum.Mail),
            [RequestPayment.Requested] = Mailing.By(PaymentMails.Requested),
            [Settle.Underpaid] = Mailing.By(PaymentMails.Underpaid),
            [Settle.Overpaid] = Mailing.By(PaymentMails.Overpaid),
            [Settle.RefundDue] = Mailing.By(PaymentMails.RefundDue),
            [OpenCheckout.Opening] = OpenCheckout.By(stripe),
            [Settle.CloseCheckout] = CloseCheckout.By(stripe),
            [Refunding.Send] = SendRefund.By(stripe),
            [AskForFee.Unknown] = AskForFee.By(stripe),
            [StripeEventTable.Received] = HandleStripeEvent.By(stripe),
            [Refunding.Paid] = Mailing.By(PaymentMails.RefundPaid),
            [Refunding.Returned] = Mailing.By(FinanceMails.RefundFailed),
            [Refunding.MadeOutside] = Mailing.By(FinanceMails.RefundedOutside),
            [Refunding.Dropped] = Mailing.By(FinanceMails.RefundDropped),
            [DisputeTable.Opened] = Mailing.By(FinanceMails.DisputeOpened),
            [Refunding.CameBack] = Mailing.By(PaymentMails.RefundCameBack),
            [Settle.Confirmed] = Mailing.By(ReservationMails.Confirmed),
            [MeetingNews.Company] = Mailing.By(MeetingMails.ToCompany),
            [MeetingNews.Guest] = LinkedMailing.By(InvitationRow.Addressee, MeetingMails.ToGuest),
            [MeetingNews.GuestLeft] = EndMeetingCalendar.Handle,
            [MeetingNews.Barred] = Mailing.By(OrganizerMeetingMails.Barred),
            [MeetingNews.Unwanted] = Mailing.By(OrganizerMeetingMails.Unwanted),
            [AskWhatCame.Company] = Mailing.By(FollowUpMails.ToCompany),
            [AskWhatCame.Guest] = LinkedMailing.By(InvitationRow.Addressee, FollowUpMails.ToGuest),
            Apart =
            {
                OpenCheckout.Opening,
                Settle.CloseCheckout,
                Refunding.Send,
                AskForFee.Unknown,
                StripeEventTable.Received,
            },
        };
}
