using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform.Files;

/// <summary>Files by the hash of their content: the same file, sent twice, is kept once.</summary>
static class FileTable
{
    /// <summary>
    /// Keeps a file. One that is there already is locked, so that nobody who drops the last reference meanwhile can
    /// take it away from under the reference that the caller goes on to write.
    /// </summary>
    public static Task Keep(Tx tx, UploadedFile file, Instant now) =>
        tx.Execute(
            """
            INSERT INTO file_content (sha256, media_type, size, bytes, created_at)
            VALUES (@Sha256, @MediaType, @Size, @Bytes, @now)
            ON CONFLICT (sha256) DO UPDATE SET size = excluded.size
            """,
            new
            {
                file.Sha256,
                file.Kind.MediaType,
                Size = (long)file.Bytes.Length,
                file.Bytes,
                now,
            }
        );

    /// <summary>
    /// Takes a file away unless something still refers to it. Every table that refers to files is named here.
    /// </summary>
    public static async Task DropUnused(Tx tx, string sha256)
    {
        // The lock comes first and in a statement of its own: the DELETE then sees a reference committed meanwhile.
        await tx.Find<string>($"SELECT sha256 FROM file_content WHERE sha256 = @sha256 {tx.ForUpdate}", new { sha256 });
        await tx.Execute(
            """
            DELETE FROM file_content WHERE sha256 = @sha256
                AND NOT EXISTS (SELECT 1 FROM evidence WHERE file_sha256 = @sha256)
                AND NOT EXISTS (SELECT 1 FROM invitation WHERE approval_sha256 = @sha256)
                AND NOT EXISTS (SELECT 1 FROM fapiao WHERE file_sha256 = @sha256)
            """,
            new { sha256 }
        );
    }
}
