using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace ClosedDoor.Platform.Identity;

/// <summary>Who may call an endpoint. Whose objects a caller may see is the use case's own question.</summary>
public static class Policy
{
    /// <summary>Whoever is somebody, even if only to learn who.</summary>
    public const string Known = "known";

    /// <summary>A company's member, or <see cref="Staff"/>: no guest, delegate or device.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>A person's sign-in, not an API key.</summary>
    public const string Account = "account";

    /// <summary><see cref="Standing.IsStaff"/>: to look. To change something takes a permission, such as <see cref="Organize"/>.</summary>
    public const string Staff = "staff";

    /// <summary>A company's member, or who has <see cref="Organize"/>: to change what is a company's.</summary>
    public const string CompanyOrOrganize = "company-or-organize";
    public const string Owner = "owner";

    /// <summary>Who may run sessions: the permission, which not all <see cref="Staff"/> has.</summary>
    public const string Organize = "organize";
    public const string Review = "review";
    public const string Finance = "finance";

    /// <summary>Who looks after the door: a person. A key that hangs where guests pass pairs no further devices.</summary>
    public const string Door = "door";

    /// <summary>A paired device at the door.</summary>
    public const string Device = "device";

    /// <summary>A guest, by the link of an invitation.</summary>
    public const string Invited = "invited";

    public const string InvitedOrStaff = "invited-or-staff";

    /// <summary>Whoever may be in a meeting, and who may read of all of them: <see cref="Staff"/>.</summary>
    public const string MeetsOrStaff = "meets-or-staff";

    /// <summary>Whoever may be in a meeting, and who runs sessions: an organizer's word on who came decides about money.</summary>
    public const string MeetsOrOrganizes = "meets-or-organizes";

    /// <summary>A delegate, by a link of his or her own.</summary>
    public const string DelegateByLink = "delegate-by-link";

    public static void AddPolicies(this IServiceCollection services)
    {
        services
            .AddAuthentication(TokenAuthentication.Name)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Name, null);
        services
            .AddAuthorizationBuilder()
            .AddPolicy(Known, standing => standing.Kind is not CallerKind.Anonymous)
            .AddPolicy(SignedIn, standing => standing.CompanyId is not null || standing.IsStaff)
            .AddPolicy(Account, standing => standing.SignInId is not null)
            .AddPolicy(Staff, standing => standing.IsStaff)
            .AddPolicy(
                CompanyOrOrganize,
                standing => standing.CompanyId is not null || Has(standing, Permission.Organize)
            )
            .AddPolicy(Owner, standing => Has(standing, Permission.Owner))
            .AddPolicy(Organize, standing => Has(standing, Permission.Organize))
            .AddPolicy(Review, standing => Has(standing, Permission.Review))
            .AddPolicy(Door, standing => standing.Kind is CallerKind.Organizer && standing.May(Permission.Door))
            .AddPolicy(Device, standing => standing.Kind is CallerKind.Device)
            .AddPolicy(Finance, standing => Has(standing, Permission.Finance))
            .AddPolicy(Invited, standing => standing.Link is { Purpose: LinkPurpose.Invitation })
            .AddPolicy(
                InvitedOrStaff,
                standing => standing.IsStaff || standing.Link is { Purpose: LinkPurpose.Invitation }
            )
            .AddPolicy(MeetsOrStaff, standing => Meets(standing) || standing.IsStaff)
            .AddPolicy(MeetsOrOrganizes, standing => Meets(standing) || Has(standing, Permission.Organize))
            .AddPolicy(DelegateByLink, standing => standing.Link is { Purpose: LinkPurpose.Delegate });
    }

    static bool Meets(Standing standing) =>
        standing.CompanyId is not null || standing.Link is { Purpose: LinkPurpose.Invitation };

    static bool Has(Standing standing, Permission needed) => standing.IsStaff && standing.May(needed);

    static AuthorizationBuilder AddPolicy(
        this AuthorizationBuilder builder,
        string name,
        Func<Standing, bool> allows
    ) =>
        builder.AddPolicy(
            name,
            policy =>
                policy
                    .RequireAuthenticatedUser()
                    .RequireAssertion(context => allows(TokenAuthentication.StandingOf(context.User)))
        );
}
