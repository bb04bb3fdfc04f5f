using ClosedDoor.Domain;
using ClosedDoor.Features.Vetting;
using ClosedDoor.Platform.Data;
using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Races;

/// <summary>As <see cref="Unguarded"/>, for vettings and their evidence.</summary>
static class UnguardedVettings
{
    /// <summary>Begins one, if it saw none under way.</summary>
    public static Task<bool> Begin(TestHost host, string companyId, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => read.Get<long>("SELECT COUNT(*) FROM vetting WHERE company_id = @companyId", new { companyId }),
            open => open == 0,
            (tx, _) =>
                tx.Execute(
                    """
                    INSERT INTO vetting (id, company_id, status, application, created_at, version)
                    VALUES (@id, @companyId, 'draft', '{}', 1, 1)
                    """,
                    new { id = TypeId.New("vet", host.Time.Now), companyId }
                )
        );

    /// <summary>Hands in what it saw as a draft, and tells the reviewers.</summary>
    public static Task<bool> Submit(TestHost host, string id, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => Status(read, id),
            status => status == "draft",
            async (tx, _) =>
            {
                await tx.Execute("UPDATE vetting SET status = 'submitted' WHERE id = @id", new { id });
                await tx.Send(SubmitVetting.Submitted, new { id }, host.Time.Now);
            }
        );

    public static Task<bool> Decide(TestHost host, string id, string decision, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => Status(read, id),
            status => status == "submitted",
            (tx, _) => tx.Execute("UPDATE vetting SET status = @decision WHERE id = @id", new { id, decision })
        );

    /// <summary>Removes evidence, and its file if it saw no other that refers to it.</summary>
    public static Task<bool> Remove(TestHost host, string evidenceId, string sha256, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => read.Get<long>("SELECT COUNT(*) FROM evidence WHERE file_sha256 = @sha256", new { sha256 }),
            _ => true,
            async (tx, references) =>
            {
                await tx.Execute("DELETE FROM evidence WHERE id = @evidenceId", new { evidenceId });
                if (references == 1)
                    await tx.Execute("DELETE FROM file_content WHERE sha256 = @sha256", new { sha256 });
            }
        );

    /// <summary>Adds evidence without its bytes, if it saw that they are kept already.</summary>
    public static Task<bool> Upload(TestHost host, string vettingId, string sha256, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => read.Get<long>("SELECT COUNT(*) FROM file_content WHERE sha256 = @sha256", new { sha256 }),
            kept => kept == 1,
            (tx, _) =>
                tx.Execute(
                    """
                    INSERT INTO evidence (id, vetting_id, file_sha256, file_name, created_at)
                    VALUES (@id, @vettingId, @sha256, '证明.pdf', 1)
                    """,
                    new
                    {
                        id = TypeId.New(Evidence.IdPrefix, host.Time.Now),
                        vettingId,
                        sha256,
                    }
                )
        );

    static Task<string> Status(Statements read, string id) =>
        read.Get<string>("SELECT status FROM vetting WHERE id = @id", new { id });
}
