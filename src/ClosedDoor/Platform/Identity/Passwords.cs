using ClosedDoor.Domain;
using Microsoft.AspNetCore.Identity;

namespace ClosedDoor.Platform.Identity;

/// <summary>
/// Password hashes by the framework's hasher (PBKDF2-HMAC-SHA512). Hashing costs tens of milliseconds on purpose, so
/// only as many run at once as there are cores: a flood of sign-ins queues here and leaves the service answering.
/// </summary>
public sealed class Passwords : IDisposable
{
    public const int Shortest = 10;
    public const int Longest = 200;

    readonly PasswordHasher<object> _hasher;
    readonly SemaphoreSlim _atOnce = new(Math.Max(1, Environment.ProcessorCount - 1));
    readonly Lazy<string> _nobodys;

    public Passwords()
        : this(new()) { }

    /// <param name="hasher">One that counts, where a test compares the work of two sign-ins.</param>
    internal Passwords(PasswordHasher<object> hasher) =>
        (_hasher, _nobodys) = (hasher, new(() => hasher.HashPassword(this, Secrets.New("none"))));

    public Task<string> Hash(string password) => Run(() => _hasher.HashPassword(this, password));

    /// <summary>
    /// Whether the password is the account's. Without an account (null) as much work is done, so that the time taken
    /// does not tell whether an e-mail address is known.
    /// </summary>
    public async Task<bool> Verify(string? hash, string password)
    {
        var matches = await Run(() =>
        {
            var nobodys = _nobodys.Value; // Also where it is not needed: making it must not mark the first unknown address.
            return _hasher.VerifyHashedPassword(this, hash ?? nobodys, password);
        });
        return hash is not null && matches != PasswordVerificationResult.Failed;
    }

    /// <summary>Length is what resists guessing (NIST SP 800-63B, 3.1.1.2): no rules on kinds of characters.</summary>
    public static string Check(FieldErrors errors, string path, string? password)
    {
        if (password is null || password.Length < Shortest)
            errors.Add(path, $"密码至少 {Shortest} 个字符。", $"A password has at least {Shortest} characters.");
        else if (password.Length > Longest)
            errors.Add(path, $"密码至多 {Longest} 个字符。", $"A password has at most {Longest} characters.");
        return password ?? "";
    }

    public void Dispose() => _atOnce.Dispose();

    async Task<T> Run<T>(Func<T> work)
    {
        await _atOnce.WaitAsync();
        try
        {
            return await Task.Run(work);
        }
        finally
        {
            _atOnce.Release();
        }
    }
}
