namespace ClosedDoor.Domain;

public enum GuestImportStatus
{
    Running,
    Done,

    /// <summary>It was all or nothing, and a row has stopped it.</summary>
    Refused,
}

/// <summary>What became of a row of an import.</summary>
public enum GuestImportOutcome
{
    Created,

    /// <summary>A row without a guest: its hospital was registered.</summary>
    HospitalCreated,

    /// <summary>Of a dry run, or of a refused import.</summary>
    WouldCreate,

    /// <summary>The guest, or in a row without one the hospital, is in the register already.</summary>
    Exists,

    /// <summary>An earlier row of the file has the same phone number or e-mail address.</summary>
    Duplicate,
    Invalid,
}
