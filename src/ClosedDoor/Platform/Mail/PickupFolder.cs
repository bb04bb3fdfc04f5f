using System.Net.Mail;

namespace ClosedDoor.Platform.Mail;

/// <summary>A folder of mails, one <c>.eml</c> file each (RFC 5322). A file is there whole or not at all.</summary>
sealed class PickupFolder(string path)
{
    readonly string _path = Path.GetFullPath(path);

    /// <summary>Writes the mail as <c>{name}.eml</c>, in place of an earlier one of that name.</summary>
    public void Put(MailMessage mail, string name)
    {
        Directory.CreateDirectory(_path);
        // The framework chooses the file's name, so it writes into a folder where there is no other. What a killed attempt
        // at the same mail has left there goes; should that one still be at work, having lost its lease, one of the two
        // fails and is tried again. The mails themselves, which may be many, are never listed.
        var workshop = Path.Combine(_path, $".{name}");
        if (Directory.Exists(workshop))
            Directory.Delete(workshop, recursive: true);
        Directory.CreateDirectory(workshop);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(workshop, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            using (
                var client = new SmtpClient
                {
                    DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory,
                    PickupDirectoryLocation = workshop,
                }
            )
                client.Send(mail);
            var written = Directory.GetFiles(workshop).Single();
            // A mail's link lets in whoever reads it: for the service's own user alone, as the database is.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(written, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            // On the disk before the message is finished, or a power cut would lose the mail for good.
            Disk.Flush(written);
            File.Move(written, Path.Combine(_path, $"{name}.eml"), overwrite: true);
            Disk.FlushFolder(_path);
        }
        finally
        {
            Directory.Delete(workshop, recursive: true);
        }
    }
}
