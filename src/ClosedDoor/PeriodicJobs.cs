using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Delegates;
using ClosedDoor.Features.Guests;
using ClosedDoor.Features.Invariants;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Vetting;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Backup;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Jobs;
using NodaTime;

namespace ClosedDoor;

/// <summary>What is done again and again, and how often.</summary>
static class PeriodicJobs
{
    public static void List(JobList jobs, Settings settings) =>
        jobs.Every<SweepReservations>(Duration.FromSeconds(5), (sweep, now) => sweep.RunOnce(now))
            .Every<ReconcileCheckouts>(
                settings.ReconcileEvery ?? Duration.FromMinutes(1),
                (reconcile, now) => reconcile.RunOnce(now)
            )
            .Every<ReconcileRefunds>(
                settings.ReconcileEvery ?? Duration.FromMinutes(15),
                (reconcile, now) => reconcile.RunOnce(now)
            )
            .Every<ReconcileEvents>(
                settings.ReconcileEvery ?? ReconcileEvents.Again,
                (reconcile, now) => reconcile.RunWhenDue(now)
            )
            .Every<SealAuditLog>(Duration.FromMinutes(1), (seal, now) => seal.RunOnce(now))
            .Every<ExpireVettings>(Duration.FromHours(1), (expire, now) => expire.RunOnce(now))
            .Every<WarnOfQuorum>(Duration.FromMinutes(10), (warn, now) => warn.RunOnce(now))
            .Every<ForgetOldSignIns>(Duration.FromHours(1), (forget, now) => forget.RunOnce(now))
            .Every<ForgetExpiredLinks>(Duration.FromDays(1), (forget, now) => forget.RunOnce(now))
            .Every<ForgetOldGuests>(Duration.FromDays(1), (forget, now) => forget.RunOnce(now))
            .Every<ForgetOldDelegates>(Duration.FromDays(1), (forget, now) => forget.RunOnce(now))
            .Every<ForgetIdempotencyKeys>(Duration.FromHours(1), (forget, now) => forget.RunOnce(now))
            .Every<CheckInvariantsNightly>(Duration.FromMinutes(10), (check, now) => check.RunOnce(now))
            .Every<TakeSnapshots>(settings.SnapshotEvery, (snapshots, now) => snapshots.RunOnce(now));
}
