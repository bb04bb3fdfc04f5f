using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Every change to the layout of meetings.</summary>
static class MatchmakingPlanTable
{
    public static async Task Set(Tx tx, MatchmakingPlan before, MatchmakingPlan after, Instant now)
    {
        await tx.Execute(
            """
            INSERT INTO matchmaking_plan (session_id, slot_minutes, gap_minutes, breaks, table_count, guarantee, credit_amount,
                officials_meet, version)
            VALUES (@SessionId, @SlotMinutes, @GapMinutes, @Breaks, @TableCount, @Guarantee, @CreditAmount, @OfficialsMeet, 1)
            ON CONFLICT (session_id) DO UPDATE SET slot_minutes = @SlotMinutes, gap_minutes = @GapMinutes, breaks = @Breaks,
                table_count = @TableCount, guarantee = @Guarantee, credit_amount = @CreditAmount,
                officials_meet = @OfficialsMeet, version = matchmaking_plan.version + 1
            """,
            after
        );
        // 公务员法: that officials meet companies one to one is a decision with a name behind it.
        await tx.Record(
            now,
            new Change(after.SessionId, "matchmaking_plan.set", after.SessionId, Logged(before), Logged(after))
        );
    }

    static object Logged(MatchmakingPlan plan) =>
        new
        {
            plan.SlotMinutes,
            plan.GapMinutes,
            plan.TableCount,
            plan.Guarantee,
            plan.CreditAmount,
            plan.OfficialsMeet,
        };
}
