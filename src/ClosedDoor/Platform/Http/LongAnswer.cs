namespace ClosedDoor.Platform.Http;

/// <summary>
/// A body that may be megabytes long: handed over piece by piece, so that memory holds no second copy of it, and so that
/// a caller who asks for it and does not read is noticed at the first piece that stays.
/// </summary>
/// <remarks>
/// The server's own least rate counts from the size of a whole write, and from all that the network has buffered before:
/// ten megabytes in one write would let a caller sit there for most of an hour.
/// </remarks>
static class LongAnswer
{
    /// <summary>In bytes. What is no longer goes out in one write.</summary>
    public const int Piece = 64 * 1024;

    /// <summary>How long a caller may take for one piece, which is <see cref="Edge.LeastRate"/>.</summary>
    static readonly TimeSpan ForOnePiece = TimeSpan.FromSeconds(Piece / Edge.LeastRate);

    /// <summary>Writes all of it, or cuts the connection of who takes too long.</summary>
    public static async Task Write(HttpContext http, ReadOnlyMemory<byte> body)
    {
        Edge.LetTakeTime(http);
        for (var left = body; left.Length > 0; )
        {
            var piece = left[..Math.Min(Piece, left.Length)];
            using var time = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
            time.CancelAfter(ForOnePiece);
            try
            {
                await http.Response.Body.WriteAsync(piece, time.Token);
            }
            catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
            {
                http.Abort();
                return;
            }
            left = left[piece.Length..];
        }
    }
}
